import { homedir, tmpdir } from "node:os";
import { unwrapFileKey } from "../src/age/age";
import type { ProgramIdentity } from "../src/age/identity";
import { ScryptIdentity, ScryptRecipient } from "../src/age/scrypt";
import { X25519Identity } from "../src/age/x25519";
import {
  passphraseRoute,
  programArguments,
  routeEnvironment,
} from "../src/strategies/cli/programArguments";
import { runChild } from "../src/strategies/cli/process/child";
import { programEnvironment } from "../src/strategies/cli/process/environment";
import type { Owner } from "../src/strategies/cli/process/processIdentity";
import { type AgeProgram, ProgramFinder, programName } from "../src/strategies/cli/program";
import { programStrategy } from "../src/strategies/cli/programStrategy";
import { ptyLoader } from "../src/strategies/cli/process/pty";
import type { ProgramSurroundings } from "../src/strategies/cli/programContext";
import { runOnTerminal } from "../src/strategies/cli/process/terminal";
import { usualBuffer } from "../src/strategies/bufferSize";
import type { Outcome } from "../src/strategies/strategy";
import { type From, headerOf, type To, withEnds } from "./ends";

/** A key that a file is encrypted for and opened with. */
export type BenchKey =
  /** The text of an X25519 identity. */
  | { readonly kind: "recipient"; readonly identity: string }
  | { readonly kind: "passphrase"; readonly passphrase: string };

/** A strategy that lets the age program do the work. */
export interface ProgramContender {
  readonly name: "pipe" | "tempfile";
  readonly encrypt: (from: From, to: To, key: BenchKey) => Promise<Outcome>;
  /** Runs only the strategy's own part: Cage has unlocked a file before it calls a strategy. */
  readonly decrypt: (from: From, to: To, key: BenchKey) => Promise<Outcome>;
}

/** The age program that the strategies find on this machine. */
export interface Programs {
  /** The name and version, such as "age 1.1.1". */
  readonly name: string;
  /** The way to give it a passphrase; null if it needs a terminal and node-pty is missing. */
  readonly passphrases: "on a pseudo-terminal" | "by a descriptor" | null;
  readonly contenders: readonly ProgramContender[];
  /** Runs the program by itself, file to file, with a passphrase. It truncates the output first. */
  readonly aloneWithPassphrase: (
    operation: "encrypt" | "decrypt",
    from: string,
    to: string,
    passphrase: string,
  ) => Promise<void>;
}

/**
 * Finds the program as the extension does.
 *
 * @param extensionFolder - the folder in which to look for node-pty.
 * @param appRoot - VS Code's folder, which may have node-pty, too; else an empty text.
 * @throws AgeError "program-not-found"
 */
export async function findPrograms(extensionFolder: string, appRoot: string): Promise<Programs> {
  const home = homedir();
  // Without a start time, sweeps look only at the process id.
  const owner: Owner = { pid: process.pid, start: "", isAlive: () => true, canAsk: () => true };
  const finder = new ProgramFinder(() => ({
    ...{ owner, setting: "", home, workspace: [], path: process.env["PATH"] ?? "" },
  }));
  const program = await finder.find();
  const here: ProgramSurroundings = {
    ...{ now: () => performance.now(), find: () => finder.find(), home },
    ...{ pty: ptyLoader(extensionFolder, appRoot), platform: process.platform },
    ...{ isTrusted: () => true, memoryParents: [process.env["XDG_RUNTIME_DIR"] ?? "", "/dev/shm"] },
    ...{ diskParent: tmpdir(), allowsDiskStaging: () => false },
    owner,
    ...{ bufferSize: () => usualBuffer, timeoutSeconds: () => 120 },
  };
  return {
    name: programName(program),
    passphrases: passphrasesOf(program, here),
    contenders: (["pipe", "tempfile"] as const).map((name) => contender(name, program, here)),
    aloneWithPassphrase: async (operation, from, to, passphrase) => {
      const exitCode = await runAlone(program, here, operation, from, to, passphrase);
      if (exitCode !== 0) throw new Error(`${program.kind} ended with exit code ${exitCode}`);
    },
  };
}

/** Makes the keys of both directions from their text. */
export function benchKeys(key: BenchKey) {
  if (key.kind === "recipient") {
    const identity = X25519Identity.parse(Buffer.from(key.identity));
    return { identity, recipient: identity.recipient };
  }
  const passphrase = () => new Uint8Array(Buffer.from(key.passphrase));
  return {
    identity: new ScryptIdentity(
      () => Promise.resolve(passphrase()),
      () => Promise.resolve(true),
    ),
    recipient: new ScryptRecipient(passphrase()),
  };
}

/** Measures how long Cage itself takes to unwrap a file's key, in seconds. */
export async function secondsToUnlock(from: From, key: BenchKey): Promise<number> {
  let seconds = 0;
  await withEnds(from, "memory", async (input) => {
    const { header } = await headerOf(input);
    const start = performance.now();
    (await unwrapFileKey(header, [benchKeys(key).identity])).fileKey.fill(0);
    seconds = (performance.now() - start) / 1000;
    return { bytes: null } as Outcome;
  });
  return seconds;
}

function passphrasesOf(program: AgeProgram, here: ProgramSurroundings): Programs["passphrases"] {
  if (passphraseRoute(program) === "batchpass") return "by a descriptor";
  return here.pty() === null ? null : "on a pseudo-terminal";
}

function contender(
  name: ProgramContender["name"],
  program: AgeProgram,
  here: ProgramSurroundings,
): ProgramContender {
  const strategy = programStrategy(name, program, here);
  return {
    name,
    encrypt: (from, to, key) =>
      withEnds(from, to, (input, output) => {
        const recipients = [benchKeys(key).recipient];
        return strategy.encrypt({ input, output, format: "binary", recipients });
      }),
    decrypt: (from, to, key) =>
      withEnds(from, to, async (input, output) => {
        const { header, format } = await headerOf(input);
        // Only the native strategy needs the file key.
        const fileKey = new Uint8Array(16);
        const unlockedBy = programIdentity(key);
        return strategy.decrypt({ input, output, header, format, fileKey, unlockedBy });
      }),
  };
}

function programIdentity(key: BenchKey): ProgramIdentity {
  return key.kind === "recipient"
    ? { kind: "identity", text: new Uint8Array(Buffer.from(key.identity)) }
    : { kind: "passphrase", passphrase: new Uint8Array(Buffer.from(key.passphrase)) };
}

async function runAlone(
  program: AgeProgram,
  here: ProgramSurroundings,
  operation: "encrypt" | "decrypt",
  input: string,
  output: string,
  text: string,
): Promise<number | null> {
  const route = passphraseRoute(program);
  const passphrase = new Uint8Array(Buffer.from(text));
  const run = {
    file: program.path,
    args: programArguments({ operation, format: "binary", route, paths: { input, output } }),
    cwd: "/",
    environment: {
      ...programEnvironment(program.pluginPath, here.home, here.owner),
      ...routeEnvironment(route),
    },
  };
  if (route === "batchpass") {
    const ends = { stdin: null, stdout: null, inherited: [passphrase], bufferSize: usualBuffer };
    return (await runChild({ ...run, ...ends })).exitCode;
  }
  const loaded = here.pty();
  if (loaded === null) throw new Error("there is no node-pty");
  return (await runOnTerminal({ ...run, redirect: null, passphrase }, loaded.pty)).exitCode;
}
