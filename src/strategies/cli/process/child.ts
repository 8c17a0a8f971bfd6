import type { Options } from "execa";
import type { Duplex } from "node:stream";
import { programGroup } from "./processGroup";
import { markVariable } from "./processMark";
import { pump } from "./pump";
import { spoken } from "./outputTail";
import { untilIdle } from "./untilIdle";

/** A program to run without a terminal. */
export interface ChildRun {
  /** The program's absolute path. */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The input: an open file, or bytes to pump; null for no input. */
  readonly stdin: number | Uint8Array | null;
  /** The output: an open file, a socket, or a function for short output; null drops it. */
  readonly stdout: number | Duplex | ((piece: Uint8Array) => void) | null;
  /** The open files, or bytes to read, that the program inherits from descriptor 3 on. */
  readonly inherited: readonly (number | Uint8Array)[];
  /** The number of bytes to hand over at a time. */
  readonly bufferSize: number;
}

/** The result of a program that has ended. */
export interface Ended {
  /** The exit code; null if a signal ended the program, or if it could not be started. */
  readonly exitCode: number | null;
  /**
   * The end of its stderr, or of its output on a terminal. It is secret: Cage only searches it.
   */
  readonly said: string;
}

/**
 * Runs a program in a process group of its own, without a shell. It pumps input and output at the
 * same time.
 *
 * @param signal - ends the program and everything that it started.
 * @throws the signal's reason, once the program and all that it started have ended. It never
 * throws an error of execa, whose message would contain output of the program.
 */
export async function runChild(run: ChildRun, signal?: AbortSignal): Promise<Ended> {
  signal?.throwIfAborted();
  const { stdin, stdout } = run;
  const { execa } = await import("execa");
  signal?.throwIfAborted();
  const child = execa(run.file, [...run.args], {
    encoding: "buffer",
    buffer: false,
    reject: false,
    verbose: "none",
    shell: false,
    detached: true,
    cleanup: false,
    extendEnv: false,
    cwd: run.cwd,
    env: { ...run.environment },
    stdio: stdioOf(run),
  });
  const closed = child.then(
    () => undefined,
    () => undefined,
  );
  const { pid } = child;
  if (pid === undefined) {
    await closed;
    return { exitCode: null, said: "" };
  }
  const group = programGroup(pid, run.environment[markVariable] ?? null);
  const exited = new Promise<number | null>((resolve) => {
    child.once("exit", (code) => {
      group.ended();
      resolve(code);
    });
  });
  signal?.addEventListener("abort", group.end, { once: true });
  try {
    const said = spoken();
    let count = 0;
    child.stderr?.on("data", (piece: Uint8Array) => {
      count += piece.length;
      said.add(piece);
    });
    if (typeof stdout === "function") {
      child.stdout?.on("data", (piece: Uint8Array) => {
        count += piece.length;
        stdout(piece);
      });
    }
    if (stdin instanceof Uint8Array && child.stdin !== null) {
      pump(stdin, child.stdin, run.bufferSize);
    }
    const exitCode = await exited;
    await untilIdle(closed, () => count, signal);
    signal?.throwIfAborted();
    return { exitCode, said: said.text() };
  } finally {
    signal?.removeEventListener("abort", group.end);
    // A process that has left the group may still hold these streams open.
    for (const stream of child.stdio) stream?.destroy();
  }
}

function stdioOf({ stdin, stdout, inherited }: ChildRun): NonNullable<Options["stdio"]> {
  const input = stdin === null ? "ignore" : typeof stdin === "number" ? stdin : "pipe";
  const output = stdout === null ? "ignore" : typeof stdout === "function" ? "pipe" : stdout;
  const stdio: readonly unknown[] = [input, output, "pipe", ...inherited];
  // execa takes any descriptor, though its types name only the first ten.
  return stdio as NonNullable<Options["stdio"]>;
}
