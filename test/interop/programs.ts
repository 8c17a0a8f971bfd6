import { execa } from "execa";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

/** A program that encrypts and decrypts age files, with the one that makes its keys. */
export interface Program {
  readonly path: string;
  readonly keygen: string;
  readonly version: string;
}

/** A pseudo-terminal, if the optional package for it was built. */
export type Pty = typeof import("node-pty");

/**
 * Finds the programs to test against: `age` on the PATH, and those named by CAGE_TEST_AGE and
 * CAGE_TEST_RAGE. It warns of a missing one and leaves it out.
 */
export async function findPrograms(): Promise<readonly Program[]> {
  const paths = ["age", process.env["CAGE_TEST_AGE"], process.env["CAGE_TEST_RAGE"]];
  const programs: Program[] = [];
  for (const path of paths.flatMap((named = "") => (named === "" ? [] : [named]))) {
    const keygen = path.includes("/")
      ? join(dirname(path), `${basename(path)}-keygen`)
      : `${path}-keygen`;
    const found = await Promise.all([path, keygen].map((program) => versionOf(program)));
    if (found.every((version) => version !== null)) {
      programs.push({ path, keygen, version: `${basename(path)} ${found[0] ?? ""}` });
    } else console.warn(`skipped: the programs ${path} and ${keygen} are not both installed`);
  }
  return programs;
}

/** Loads node-pty. If it was not built, it warns and returns null. */
export async function loadPty(): Promise<Pty | null> {
  if (process.platform === "win32") {
    console.warn("skipped: passphrases are typed with a shell, which Windows has not");
    return null;
  }
  try {
    return await import("node-pty");
  } catch {
    console.warn("skipped: node-pty was not built, so that no passphrase can be typed");
    return null;
  }
}

/** Runs a program on an input and returns its output, which never gets into an error. */
export async function run(
  program: string,
  args: readonly string[],
  input: Uint8Array = new Uint8Array(0),
): Promise<Uint8Array> {
  const { exitCode, stdout } = await execa(program, args, {
    input,
    encoding: "buffer",
    stripFinalNewline: false,
    reject: false,
    verbose: "none",
    stderr: "ignore",
  });
  if (exitCode !== 0) throw new Error(`${basename(program)} ended with ${exitCode ?? "a signal"}`);
  return stdout;
}

/**
 * Runs a program with arguments that end in `-o OUT IN` and types the passphrase at each of its
 * prompts.
 *
 * @returns the program's output.
 */
export async function runTyping(
  pty: Pty,
  program: string,
  args: readonly string[],
  passphrase: string,
): Promise<Uint8Array> {
  // The terminal echoes nothing from the start: the programs prompt before they turn the echo off.
  // With an empty PINENTRY_PROGRAM, rage asks on the terminal.
  const script = 'stty -echo; exec "$@" 2>/dev/null >/dev/null';
  const terminal = pty.spawn("sh", ["-c", script, "sh", program, ...args], {
    env: { ...process.env, LC_ALL: "C", PINENTRY_PROGRAM: "" },
  });
  let shown = "";
  let answered = 0;
  terminal.onData((data) => {
    shown += data;
    const prompts = shown.match(/(Enter|Type|Confirm) passphrase[^:]*:/g)?.length ?? 0;
    for (; answered < prompts; answered++) terminal.write(`${passphrase}\r`);
  });
  const exitCode = await new Promise<number>((resolve) => {
    terminal.onExit((event) => {
      resolve(event.exitCode);
    });
  });
  if (exitCode !== 0) throw new Error(`${basename(program)} ended with ${exitCode}`);
  const output = args.at(-2) ?? "";
  // age 1.1 creates no file for an empty plaintext.
  return existsSync(output) ? readFileSync(output) : new Uint8Array(0);
}

/** Makes a folder for a test's files. @returns it with a function that removes it. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "cage-interop-"));
  return { path, remove: () => rm(path, { recursive: true }) };
}

async function versionOf(program: string): Promise<string | null> {
  const { exitCode, stdout } = await execa(program, ["--version"], {
    reject: false,
    verbose: "none",
  });
  return exitCode === 0 ? stdout.replace(/^\S+ (?=\d)/, "").trim() : null;
}
