import { lineFeed, space, tabulator } from "../../../age/ascii";
import { AgeError } from "../../../age/errors";
import type { Ended } from "./child";
import { programGroup } from "./processGroup";
import { markVariable } from "./processMark";
import type { Pty, PtyOptions, Terminal } from "./pty";
import { spoken } from "./outputTail";

/** A program to run on a pseudo-terminal, where it asks for a passphrase. */
export interface TerminalRun {
  /** The program's absolute path. */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The paths of files that become stdin and stdout, or null if the arguments name them. */
  readonly redirect: { readonly stdin: string; readonly stdout: string } | null;
  /** The passphrase to type at each prompt. */
  readonly passphrase: Uint8Array;
}

/**
 * The exit code of the shell if it can't turn echo off. No program of the format ends with it.
 */
const noSilence = 97;

/**
 * The shell's commands before it becomes the program. They turn echo off: age asks before it does
 * so itself, and the terminal would show a passphrase typed in between. Descriptor 3 keeps the
 * terminal open while stdin and stdout are files: a terminal hangs up if nobody has it open.
 * `command -p` runs the system's `stty`, whatever the PATH has.
 */
const onTerminal = `command -p stty -echo || exit ${noSilence}; exec "$@"`;
const besideTerminal = `command -p stty -echo || exit ${noSilence}; in=$1; out=$2; shift 2; exec "$@" 3<&0 <"$in" >"$out"`;

/** The character that begins a terminal's control sequences. */
const escape = "\u001b";

/**
 * The prompt of age and rage for a passphrase, at the end of their output. It stands at the
 * beginning of a line. age also goes back there with control sequences.
 */
const prompt = new RegExp(
  String.raw`(?:^|[\r\n]|${escape}\[[A-Z])(?:Enter|Type|Confirm) passphrase[^\r\n]*: ?$`,
);

/** The most prompts: two when encrypting. A program that asks again refuses the passphrase. */
const mostPrompts = 2;

/**
 * Runs a program with a pseudo-terminal as its controlling terminal, and types a passphrase when it
 * asks for it. The terminal's output is secret.
 *
 * @param signal - ends the program and everything that it started.
 * @throws the signal's reason, when all of that has ended; AgeError "strategy-unable" if there is
 * no terminal, "program-failed" if the program asks too often.
 */
export async function runOnTerminal(
  { file, args, cwd, environment, redirect, passphrase }: TerminalRun,
  pty: Pty,
  signal?: AbortSignal,
): Promise<Ended> {
  signal?.throwIfAborted();
  const command =
    redirect === null
      ? [onTerminal, "sh", file, ...args]
      : [besideTerminal, "sh", redirect.stdin, redirect.stdout, file, ...args];
  const terminal = spawnOn(pty, command, {
    name: "dumb",
    cols: 200,
    rows: 24,
    cwd,
    env: environment,
    encoding: null,
  });
  const group = programGroup(terminal.pid, environment[markVariable] ?? null);
  // The line to type. The terminal's driver takes it over when it is written.
  const line = Buffer.alloc(passphrase.length + 1);
  line.set(passphrase);
  line[passphrase.length] = lineFeed;
  const said = spoken();
  let unanswered = "";
  let prompts = 0;
  const ended = new Promise<number | null>((resolve) => {
    terminal.onExit(({ exitCode, signal: by }) => {
      group.ended();
      resolve(by === undefined || by === 0 ? exitCode : null);
    });
  });
  terminal.onData((data) => {
    const text = typeof data === "string" ? data : Buffer.from(data).toString("latin1");
    said.add(text);
    unanswered = (unanswered + text).slice(-longestPrompt);
    if (!prompt.test(unanswered)) return;
    unanswered = "";
    if (++prompts > mostPrompts) group.end();
    else terminal.write(line);
  });
  signal?.addEventListener("abort", group.end, { once: true });
  try {
    const exitCode = await ended;
    signal?.throwIfAborted();
    if (prompts > mostPrompts) {
      throw new AgeError("program-failed", "the program asks for a passphrase again and again");
    }
    if (exitCode === noSilence) throw noTerminal("the system's stty can't turn off its echo");
    return { exitCode, said: said.text() };
  } finally {
    signal?.removeEventListener("abort", group.end);
    line.fill(0);
  }
}

function spawnOn(pty: Pty, command: readonly string[], options: PtyOptions): Terminal {
  try {
    return pty.spawn("/bin/sh", ["-c", ...command], options);
  } catch {
    throw noTerminal("the system provides none");
  }
}

function noTerminal(reason: string): AgeError {
  const message = `a passphrase can't be typed, since there is no pseudo-terminal: ${reason}`;
  return new AgeError("strategy-unable", message);
}

const longestPrompt = 1024;

/** The most bytes in one line of a terminal, without its end (termios(3), Canonical mode). */
const longestLine = 4095;

/**
 * Returns why a passphrase can't be typed to a program on a terminal, as a clause, or null if it
 * can. Terminals take control characters as commands: ^U deletes the line, for one. rage leaves
 * them all out, even tabs and those of Unicode (U+0080 to U+009F), and would take another
 * passphrase.
 */
export function untypable(passphrase: Uint8Array, kind: "age" | "rage"): string | null {
  if (passphrase.length === 0) return "given an empty line, a program makes up a passphrase";
  if (passphrase.length > longestLine) {
    return `a terminal takes ${longestLine} bytes at most, and the passphrase is longer`;
  }
  const isControl = (byte: number): boolean =>
    (byte < space && byte !== tabulator) || byte === 0x7f;
  if (passphrase.some(isControl)) {
    return "the passphrase has a control character, which a terminal takes as a command";
  }
  const isLeftOut = (byte: number, at: number): boolean =>
    byte === tabulator || (byte === 0xc2 && ((passphrase[at + 1] ?? 0) & 0xe0) === 0x80);
  return kind === "rage" && passphrase.some(isLeftOut)
    ? "the passphrase has a control character, which rage leaves out"
    : null;
}
