import type { ProgramIdentity, Recipient } from "../age/identity";
import { AgeError } from "../age/errors";
import type { AgeProgram } from "./cli/program";
import type { ProgramStrategy } from "./cli/programStrategy";
import { recipientDigests } from "./recipientDigests";
import {
  type Choice,
  type Selection,
  selectStrategy,
  type StrategyRequest,
} from "./selectStrategy";
import type { Situation } from "./situation";
import type {
  UnlockedJob,
  EncryptJob,
  Input,
  Outcome,
  ResumableStrategy,
  Strategy,
} from "./strategy";

/** The strategies to select from. */
export interface Strategies {
  readonly native: ResumableStrategy;
  /** Makes a strategy that has a program do the work. */
  readonly byProgram: (name: ProgramStrategy["name"], program: AgeProgram) => ProgramStrategy;
}

/**
 * Makes a strategy that follows a choice. For each operation it selects one of the strategies, and
 * the report says which one and why. Cage itself verifies every encrypted file, whatever program
 * wrote it.
 *
 * @param situation - looks up what this machine has: once for an operation, and only if it matters.
 */
export function chosenStrategy(
  choice: Choice,
  strategies: Strategies,
  situation: (signal?: AbortSignal) => Promise<Situation>,
): Strategy {
  const { native, byProgram } = strategies;
  const by = async (
    request: StrategyRequest,
    signal: AbortSignal | undefined,
    work: (strategy: Pick<Strategy, "encrypt" | "decrypt">) => Promise<Outcome>,
  ): Promise<Outcome> => {
    const here = lookedUpOnce(() => situation(signal));
    const selection = await selectStrategy(choice, request, here);
    if (selection.kind === "none") throw unable(selection, await here());
    const { report, bytes } = await work(
      selection.strategy === "native"
        ? native
        : byProgram(selection.strategy, programOf(await here())),
    );
    const fallbacks = [...selection.fallbacks, ...report.fallbacks];
    return { report: { ...report, reason: selection.reason, fallbacks }, bytes };
  };
  const resumes = choice.strategy === "auto" || choice.strategy === "native";
  const byCage = async (work: Promise<Outcome>, reason: string): Promise<Outcome> => {
    const { report, bytes } = await work;
    return { report: { ...report, reason }, bytes };
  };
  return {
    encrypt: async (job) => {
      const { report, bytes } = await by(requestToEncrypt(job), job.signal, (strategy) =>
        strategy.encrypt(job),
      );
      return { report: { ...report, recipients: recipientDigests(job.recipients) }, bytes };
    },
    decrypt: (job) => by(requestToDecrypt(job), job.signal, (strategy) => strategy.decrypt(job)),
    resumeEncryption: resumes
      ? (job) => byCage(native.resumeEncryption(job), "it is the only one that can resume")
      : null,
    verify: (job) => byCage(native.verify(job), "Cage verifies by itself"),
  };
}

/**
 * Fails if the choice leaves no way to encrypt, so that Cage does not ask the user in vain.
 *
 * @throws AgeError as the work itself would.
 */
export async function confirmUsable(
  choice: Choice,
  situation: () => Promise<Situation>,
): Promise<void> {
  const here = lookedUpOnce(situation);
  const select = (key: StrategyRequest["key"]): Promise<Selection> =>
    selectStrategy(choice, { operation: "encrypt", key, isDocument: false, size: 0 }, here);
  const byKeys = await select({ kind: "keys" });
  if (byKeys.kind === "selected") return;
  const byPassphrase = await select({ kind: "passphrase", passphrase: null });
  if (byPassphrase.kind === "none") throw unable(byKeys, await here());
}

/** Makes a function that looks up the situation at its first call and then remembers it. */
function lookedUpOnce(situation: () => Promise<Situation>): () => Promise<Situation> {
  let seen: Promise<Situation> | undefined;
  return () => (seen ??= situation());
}

/** Describes an encryption for the selection. */
export function requestToEncrypt({ recipients, input, output }: EncryptJob): StrategyRequest {
  const isDocument = input.kind === "memory" || output.kind === "memory";
  return { operation: "encrypt", key: keyOf(recipients), isDocument, size: sizeOf(input) };
}

/** Describes a decryption for the selection. */
export function requestToDecrypt({ unlockedBy, input, output }: UnlockedJob): StrategyRequest {
  const isDocument = input.kind === "memory" || output.kind === "memory";
  const key = keyOfIdentity(unlockedBy);
  return { operation: "decrypt", key, isDocument, size: sizeOf(input) };
}

function sizeOf(input: Input): number {
  return input.kind === "file" ? input.size : input.bytes.length;
}

function keyOfIdentity(identity: ProgramIdentity): StrategyRequest["key"] {
  return identity.kind === "identity" ? { kind: "keys" } : identity;
}

function keyOf(recipients: readonly Recipient[]): StrategyRequest["key"] {
  const told = recipients.map((recipient) => recipient.forProgram?.() ?? null);
  if (told.includes(null)) return { kind: "Cage's own" };
  return told.find((one) => one?.kind === "passphrase") ?? { kind: "keys" };
}

/** Returns the program of the selected strategy. */
function programOf({ program }: Situation): AgeProgram {
  if ("missing" in program) throw new AgeError("program-not-found", program.missing);
  return program;
}

/**
 * Makes the failure if no strategy can do the work. A missing program has its own code, so that the
 * user learns what to install.
 */
function unable(
  { obstacles }: Extract<Selection, { kind: "none" }>,
  { program }: Situation,
): AgeError {
  const reasons = obstacles.map(({ strategy, obstacle }) => `${strategy} can't do it: ${obstacle}`);
  const isMissing =
    "missing" in program && obstacles.some(({ obstacle }) => obstacle === program.missing);
  const code = isMissing ? (program.code ?? "program-not-found") : "strategy-unable";
  return new AgeError(code, reasons.join("; "));
}
