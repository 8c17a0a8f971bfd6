import type { Recipient } from "../age/age";
import { AgeError } from "../age/errors";
import type { ProgramIdentity } from "../age/programKeys";
import type { ProgramStrategy } from "./cli/programStrategy";
import { recipientDigests } from "./recipientDigests";
import {
  type Choice,
  type Selection,
  selectStrategy,
  type Situation,
  type StrategyRequest,
} from "./selectStrategy";
import type { UnlockedJob, EncryptJob, Outcome, ResumableStrategy, Strategy } from "./strategy";

/** All strategies, by their names. */
export interface Strategies {
  readonly native: ResumableStrategy;
  readonly pipe: ProgramStrategy;
  readonly tempfile: ProgramStrategy;
}

/**
 * What encrypts and decrypts as somebody chose: for each operation a strategy is selected, and the report
 * says which and why. What was encrypted is verified by Cage itself, whatever wrote it.
 *
 * @param situation - what there is on this machine, looked up when it matters.
 */
export function chosenStrategy(
  choice: Choice,
  strategies: Strategies,
  situation: () => Promise<Situation>,
): Strategy {
  const { native } = strategies;
  const by = async (
    request: StrategyRequest,
    work: (strategy: Strategies[keyof Strategies]) => Promise<Outcome>,
  ): Promise<Outcome> => {
    const selection = await selectStrategy(choice, request, situation);
    if (selection.kind === "none") throw await unable(selection, situation);
    const { report, bytes } = await work(strategies[selection.strategy]);
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
      const { report, bytes } = await by(requestToEncrypt(job), (strategy) =>
        strategy.encrypt(job),
      );
      return { report: { ...report, recipients: recipientDigests(job.recipients) }, bytes };
    },
    decrypt: (job) => by(requestToDecrypt(job), (strategy) => strategy.decrypt(job)),
    resumeEncryption: resumes
      ? (job) => byCage(native.resumeEncryption(job), "it is the only one that can resume")
      : null,
    verify: (job) => byCage(native.verify(job), "Cage verifies by itself"),
  };
}

/** What encrypting needs. */
export function requestToEncrypt({ recipients, input, output }: EncryptJob): StrategyRequest {
  const isDocument = input.kind === "memory" || output.kind === "memory";
  return { operation: "encrypt", key: keyOf(recipients), isDocument };
}

/** What decrypting needs. */
export function requestToDecrypt({ unlockedBy, input, output }: UnlockedJob): StrategyRequest {
  const isDocument = input.kind === "memory" || output.kind === "memory";
  return { operation: "decrypt", key: keyOfIdentity(unlockedBy), isDocument };
}

function keyOfIdentity(identity: ProgramIdentity): StrategyRequest["key"] {
  return identity.kind === "identity" ? { kind: "keys" } : identity;
}

function keyOf(recipients: readonly Recipient[]): StrategyRequest["key"] {
  const told = recipients.map((recipient) => recipient.forProgram?.() ?? null);
  if (told.includes(null)) return { kind: "Cage's own" };
  return told.find((one) => one?.kind === "passphrase") ?? { kind: "keys" };
}

/** A missing program is told as what it is, so that the user learns what to install. */
async function unable(
  { obstacles }: Extract<Selection, { kind: "none" }>,
  situation: () => Promise<Situation>,
): Promise<AgeError> {
  const { program } = await situation();
  const reasons = obstacles.map(({ strategy, obstacle }) => `${strategy} can't do it: ${obstacle}`);
  const isMissing =
    "missing" in program && obstacles.some(({ obstacle }) => obstacle === program.missing);
  const code = isMissing ? (program.code ?? "program-not-found") : "strategy-unable";
  return new AgeError(code, reasons.join("; "));
}
