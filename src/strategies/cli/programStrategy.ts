import type { FileHandle } from "node:fs/promises";
import { delimiter } from "node:path";
import { type Format, plaintextSize, readAgeFile, stanzaTypes } from "../../age/age";
import type { Recipient } from "../../age/identity";
import { AgeError } from "../../age/errors";
import { errnoOf, systemFailure } from "../../age/systemFailure";
import type {
  UnlockedJob,
  EncryptJob,
  Input,
  Outcome,
  Output,
  Progress,
  Report,
  StrategyName,
} from "../strategy";
import {
  type KeyRoute,
  passphraseRoute,
  programArguments,
  routeEnvironment,
} from "./programArguments";
import { type Ended, runChild } from "./process/child";
import { programEnvironment } from "./process/environment";
import { decryptedLength, encryptedLength, type ExpectedLength } from "./transfer/expectedLength";
import { programFailure } from "./programFailure";
import { type ProgramKey, keyOfRecipients } from "./programKey";
import { type AgeProgram, programName } from "./program";
import {
  type Carriage,
  openInput,
  openOutput,
  type ProgramInput,
  type ProgramOutput,
} from "./transfer/programEnds";
import { createUnnamed, type StagingFolder } from "./transfer/privateFolder";
import { type Staging, stagingOf } from "./staging";
import type { ProgramSurroundings } from "./programContext";
import { runOnTerminal } from "./process/terminal";
import { watchdog } from "./process/watchdog";

/** A strategy that has a program of the format do the work. */
export interface ProgramStrategy {
  readonly name: Exclude<StrategyName, "native">;
  encrypt(job: EncryptJob): Promise<Outcome>;
  decrypt(job: UnlockedJob): Promise<Outcome>;
}

/**
 * Makes a strategy that runs a program. For "pipe", stdin and stdout of the program are the files
 * themselves, or Cage pumps bytes through them. For "tempfile", the program gets the paths of
 * files, and Cage stages documents in files.
 */
export function programStrategy(
  name: ProgramStrategy["name"],
  program: AgeProgram,
  here: ProgramSurroundings,
): ProgramStrategy {
  const reported = async (
    operation: Report["operation"],
    work: () => Promise<Done>,
  ): Promise<Outcome> => {
    const start = here.now();
    const { bytes, plaintextSize: size, route } = await work();
    const report: Report = {
      operation,
      strategy: name,
      engine: programName(program),
      threads: 1,
      bytes: size,
      resumedBytes: 0,
      seconds: (here.now() - start) / 1000,
      reason: "",
      fallbacks: routeNotes(route, program),
      bufferSize: here.bufferSize(),
    };
    return { report, bytes };
  };
  return {
    name,
    encrypt: (job) => reported("encrypt", () => encrypt(name, job, program, here)),
    decrypt: (job) => reported("decrypt", () => decrypt(name, job, program, here)),
  };
}

interface Done {
  readonly bytes: Uint8Array | null;
  readonly plaintextSize: number;
  readonly route: KeyRoute;
}

/** Returns the report's notes on an indirect route of the key. */
function routeNotes(route: KeyRoute, program: AgeProgram): readonly string[] {
  if (route !== "terminal") return [];
  const name = programName(program);
  return [
    `the passphrase was typed on a pseudo-terminal, since ${name} takes none without a terminal`,
  ];
}

async function encrypt(
  name: ProgramStrategy["name"],
  { input, output, format, recipients, onProgress, signal }: EncryptJob,
  program: AgeProgram,
  here: ProgramSurroundings,
): Promise<Done> {
  const key = keyOfRecipients(recipients);
  const size = input.kind === "file" ? input.size : input.bytes.length;
  const expected = encryptedLength(format, size);
  const call = { name, operation: "encrypt", format, key, input, output, total: size } as const;
  return callProgram({ ...call, expected, onProgress, signal }, program, here, async (written) => {
    const found = await lookInto(written);
    const isAsAsked = found?.format === format && found.types === typesOf(recipients);
    if (isAsAsked && found.plaintextSize === size) return size;
    throw wrongOutput(program);
  });
}

async function decrypt(
  name: ProgramStrategy["name"],
  { input, output, format, header, unlockedBy, onProgress, signal }: UnlockedJob,
  program: AgeProgram,
  here: ProgramSurroundings,
): Promise<Done> {
  const { kind } = unlockedBy;
  const key: ProgramKey =
    kind === "identity" ? { kind: "keys", text: unlockedBy.text } : unlockedBy;
  const size = input.kind === "file" ? input.size : input.bytes.length;
  const expected = decryptedLength(format, header, size);
  const total = expected(new Uint8Array()) ?? size;
  const call = { name, operation: "decrypt", format, key, input, output, total } as const;
  return callProgram(
    { ...call, expected, onProgress, signal },
    program,
    here,
    async (written, read) => {
      // A program may succeed without having done anything.
      const size = await plaintextSize(await readAgeFile(read.source()), read.size);
      if ((await written.size()) !== size) throw wrongOutput(program);
      return size;
    },
  );
}

/** Describes an encrypted file by its header and its length. Returns null for other files. */
async function lookInto(
  written: ProgramOutput,
): Promise<{ format: Format; types: string; plaintextSize: number } | null> {
  try {
    const { format, header, ...rest } = await readAgeFile(written.pieces());
    const size = await plaintextSize({ format, header, ...rest }, await written.size());
    return { format, types: stanzaTypes(header).join(" "), plaintextSize: size };
  } catch (error) {
    // Such an error describes a bad age file, and the program wrote this one.
    if (error instanceof AgeError) return null;
    throw error;
  }
}

function typesOf(recipients: readonly Recipient[]): string {
  return recipients.map(({ type }) => type).join(" ");
}

interface Call {
  readonly name: ProgramStrategy["name"];
  readonly operation: "encrypt" | "decrypt";
  readonly format: Format;
  readonly key: ProgramKey;
  readonly input: Input;
  readonly output: Output;
  /** The approximate number of bytes that the program will write. */
  readonly total: number;
  readonly expected: ExpectedLength;
  readonly onProgress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs the program once, between ends that suit the strategy and the route of the key.
 *
 * @param check - checks the output after the program has succeeded, and returns the plaintext's
 * length in bytes. The caller gets no output before.
 */
async function callProgram(
  call: Call,
  program: AgeProgram,
  here: ProgramSurroundings,
  check: (written: ProgramOutput, read: ProgramInput) => Promise<number>,
): Promise<Done> {
  const route: KeyRoute = call.key.kind === "keys" ? "keys" : passphraseRoute(program);
  const staging = stagingOf(here);
  const [carriage, folder] = carriageOf(call.name, route, staging);
  const closing: { close(): Promise<void> }[] = [staging];
  try {
    const input = await openInput(call.input, carriage, folder, here.bufferSize());
    closing.unshift(input);
    const output = await openOutput(call.output, carriage, folder, call.expected);
    closing.unshift(output);
    const keys =
      call.key.kind === "keys"
        ? await createUnnamed(await staging.memoryFolder(), call.key.text)
        : null;
    if (keys !== null) closing.unshift(keys);
    const { path: cwd } = await staging.emptyFolder();
    const timeoutSeconds = here.timeoutSeconds();
    const { exitCode, said } = await watchdog(
      { ...call, most: mostOf(call.total), written: () => output.size(), timeoutSeconds },
      async (signal) => {
        const between = { call, program, route, input, output, keys, cwd, here };
        const ended = await runBetween(between, signal);
        await output.drained(signal);
        return ended;
      },
    );
    call.signal?.throwIfAborted();
    await input.confirmSize();
    if (exitCode !== 0) throw programFailure(programName(program), said, call.key.kind);
    const size = await check(output, input);
    return { bytes: await output.take(), plaintextSize: size, route };
  } catch (error) {
    const isOfSystem = !(error instanceof AgeError) && /^E[A-Z0-9]+$/.test(errnoOf(error));
    throw isOfSystem ? systemFailure(error) : error;
  } finally {
    // One that can't be closed must not keep the others open.
    for (const end of closing) await end.close().catch(() => undefined);
  }
}

/** Returns the most bytes of an output, even if it is armored and has many recipients. */
function mostOf(total: number): number {
  return 2 * total + (16 << 20);
}

/** The ends between which the program runs, and its key. */
interface Between {
  readonly call: Call;
  readonly program: AgeProgram;
  readonly route: KeyRoute;
  readonly input: ProgramInput;
  readonly output: ProgramOutput;
  readonly keys: FileHandle | null;
  /** A private folder: the program finds nothing there, and nobody finds what it might leave. */
  readonly cwd: string;
  readonly here: ProgramSurroundings;
}

async function runBetween(between: Between, signal: AbortSignal): Promise<Ended> {
  const { call, program, route, input, output, keys, cwd, here } = between;
  const isNamed = call.name === "tempfile";
  const paths = isNamed ? { input: input.path, output: output.path } : null;
  const environment = {
    ...programEnvironment([program.pluginPath, systemPath].join(delimiter), here.home, here.owner),
    ...routeEnvironment(route),
  };
  const run = {
    file: program.path,
    args: programArguments({ operation: call.operation, format: call.format, route, paths }),
    cwd,
    environment,
  };
  if (call.key.kind === "passphrase" && route === "terminal") {
    const loaded = here.pty();
    if (loaded === null) throw new AgeError("strategy-unable", "there is no pseudo-terminal");
    const redirect = isNamed ? null : { stdin: input.path, stdout: output.path };
    const { passphrase } = call.key;
    return runOnTerminal({ ...run, redirect, passphrase }, loaded.pty, signal);
  }
  const inherited = call.key.kind === "passphrase" ? [call.key.passphrase] : [keys?.fd ?? -1];
  return runChild(
    {
      ...run,
      inherited,
      bufferSize: here.bufferSize(),
      stdin: isNamed ? null : input.stdin,
      stdout: isNamed ? null : output.stdout,
    },
    signal,
  );
}

/** The folders of the shell's own commands. */
const systemPath = "/usr/bin:/bin";

/** Chooses the way in which a document gets to the program, and the folder for it. */
function carriageOf(
  name: ProgramStrategy["name"],
  route: KeyRoute,
  { documentFolder, emptyFolder }: Staging,
): readonly [Carriage, () => Promise<StagingFolder>] {
  if (name === "tempfile") return ["staged", documentFolder];
  // A terminal's program can't inherit a descriptor.
  return [route === "terminal" ? "named pipes" : "inherited", emptyFolder];
}

function wrongOutput(program: AgeProgram): AgeError {
  const name = programName(program);
  return new AgeError("program-failed", `${name} ended without an error, but its output is wrong`);
}
