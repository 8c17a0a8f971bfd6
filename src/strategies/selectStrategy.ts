import { carriageReturn, lineFeed } from "../age/ascii";
import { engine } from "../age/engines/engineChoice";
import { type AgeProgram, programName } from "./cli/program";
import { untypable } from "./cli/process/terminal";
import type { Situation } from "./situation";
import type { StrategyName } from "./strategy";

/** The strategies that a user can choose. */
export type StrategyChoice = StrategyName | "auto";

/** A choice, and who made it. */
export interface Choice {
  readonly strategy: StrategyChoice;
  readonly by: "default" | "setting" | "environment";
  /** True if Cage may pipe passphrases when the environment chose: `CAGE_PASSPHRASE_PIPE`. */
  readonly pipesPassphrases: boolean;
}

/** The needs of an operation, as far as strategies differ in them. */
export interface StrategyRequest {
  readonly operation: "encrypt" | "decrypt";
  /** The key: a passphrase, keys that any program knows, or keys that only Cage knows. */
  readonly key:
    | { readonly kind: "passphrase"; readonly passphrase: Uint8Array | null }
    | { readonly kind: "keys" }
    | { readonly kind: "Cage's own" };
  /** True for a document: plaintext or ciphertext is in memory. */
  readonly isDocument: boolean;
  /** The number of bytes of the input. */
  readonly size: number;
}

/** A check for a reason why a strategy can't do it here: a sentence without its stop, or null. */
type Obstacle = (request: StrategyRequest, here: Situation) => string | null;

const onlyLinux: Obstacle = (_, { platform }) =>
  platform === "linux" ? null : "Cage runs programs only on Linux so far";

const untrusted: Obstacle = (_, { isTrusted }) =>
  isTrusted ? null : "no program is started while the workspace is not trusted";

const noProgram: Obstacle = (_, { program }) => ("missing" in program ? program.missing : null);

const keysOfCage: Obstacle = ({ key }) =>
  key.kind === "Cage's own" ? "only Cage can encrypt to one of the recipients" : null;

const keysNeedMemory: Obstacle = ({ key }, { memory }) =>
  key.kind === "keys" && memory.kind === "none"
    ? `keys are handed to the program in memory, and ${memory.reason}`
    : null;

const passphraseNeedsTerminal: Obstacle = ({ key }, { program, hasPty }) => {
  const typed = typing(key, program);
  if (typed === null) return null;
  if (!hasPty) {
    const name = programName(typed.program);
    return `${name} takes a passphrase at a terminal only, and there is no node-pty to make one`;
  }
  return typed.passphrase === null ? null : untypable(typed.passphrase, typed.program.kind);
};

/** Refuses a final line end: the plugin drops it, and would encrypt with another passphrase. */
const batchpassDropsLineEnds: Obstacle = ({ key }, { program }) => {
  if (key.kind !== "passphrase" || "missing" in program || !program.takesPassphrases) return null;
  const last = key.passphrase?.at(-1);
  return last === lineFeed || last === carriageReturn
    ? "the passphrase ends in a line end, which age-plugin-batchpass drops"
    : null;
};

const stagingNeedsPlace: Obstacle = ({ isDocument }, { memory, allowsDiskStaging }) =>
  isDocument && memory.kind === "none" && !allowsDiskStaging
    ? `a document would be staged on the disk, since ${memory.reason}, and cage.streaming.allowDiskStaging is off`
    : null;

const ofAnyProgram: readonly Obstacle[] = [
  onlyLinux,
  untrusted,
  noProgram,
  keysOfCage,
  keysNeedMemory,
  passphraseNeedsTerminal,
  batchpassDropsLineEnds,
];

/** The obstacles to each strategy, in the order in which Cage tells them. */
const obstacles: Readonly<Record<StrategyName, readonly Obstacle[]>> = {
  native: [],
  pipe: ofAnyProgram,
  tempfile: [...ofAnyProgram, stagingNeedsPlace],
};

/** A strategy to try, and another reason against it that depends on the choice. */
interface Row {
  readonly strategy: StrategyName;
  /** Returns the reason, as an {@link Obstacle} does, or null. */
  readonly unless?: (request: StrategyRequest, choice: Choice) => string | null;
}

/**
 * The number of bytes up to which the portable engine is worth it. It does some 0.1 GB/s. A program
 * does some 1 GB/s, but needs some 20 ms to start.
 */
const mostForPortable = 4 << 20;

const slowHere: Row["unless"] = ({ size }) =>
  size > mostForPortable && engine() === "portable"
    ? "this runtime has only the portable engine, which is slow for this much data"
    : null;

/** Refuses to pipe a passphrase unless told to, as the command-line tool Cage does. */
const pipesNoPassphrase: Row["unless"] = ({ key }, { pipesPassphrases }) =>
  key.kind === "passphrase" && !pipesPassphrases ? "CAGE_PASSPHRASE_PIPE is not set" : null;

/**
 * The strategies to try for each choice, in this order. A strategy that the settings name is the
 * only one: it may be a policy. The environment's "pipe" goes on to "tempfile", as in the
 * command-line tool Cage.
 */
const rows: Readonly<Record<StrategyChoice | "environment's pipe", readonly Row[]>> = {
  auto: [
    { strategy: "native", unless: slowHere },
    { strategy: "pipe" },
    { strategy: "tempfile" },
    { strategy: "native" },
  ],
  native: [{ strategy: "native" }],
  pipe: [{ strategy: "pipe" }],
  tempfile: [{ strategy: "tempfile" }],
  "environment's pipe": [{ strategy: "pipe", unless: pipesNoPassphrase }, { strategy: "tempfile" }],
};

/** A strategy's verdict on a request. */
export interface Verdict {
  readonly strategy: StrategyName;
  /** The obstacle; null if the strategy can do it. */
  readonly obstacle: string | null;
}

/** Tells for each strategy whether it can do something, whatever the choice. */
export function verdicts(request: StrategyRequest, here: Situation): readonly Verdict[] {
  return strategyNames.map((strategy) => ({
    strategy,
    obstacle: firstObstacle(strategy, request, here),
  }));
}

const strategyNames: readonly StrategyName[] = ["native", "pipe", "tempfile"];

/** The selected strategy, or the obstacles to all strategies that the choice allows. */
export type Selection =
  | {
      readonly kind: "selected";
      readonly strategy: StrategyName;
      /** The reason, as in {@link Report.reason}. */
      readonly reason: string;
      readonly fallbacks: readonly string[];
    }
  | { readonly kind: "none"; readonly obstacles: readonly (Verdict & { obstacle: string })[] };

/**
 * Selects the strategy of an operation.
 *
 * @param here - looks up this machine. It is called only if that matters.
 */
export async function selectStrategy(
  choice: Choice,
  request: StrategyRequest,
  here: () => Promise<Situation>,
): Promise<Selection> {
  const passed: (Verdict & { obstacle: string })[] = [];
  for (const { strategy, unless } of rowsOf(choice)) {
    const obstacle =
      unless?.(request, choice) ??
      (obstacles[strategy].length === 0 ? null : firstObstacle(strategy, request, await here()));
    if (obstacle !== null) {
      passed.push({ strategy, obstacle });
      continue;
    }
    const fallbacks = passed.map((verdict) =>
      verdict.strategy === strategy
        ? `${strategy} all the same: ${verdict.obstacle}`
        : `not ${verdict.strategy}: ${verdict.obstacle}`,
    );
    return { kind: "selected", strategy, reason: reasonOf(choice, passed.length), fallbacks };
  }
  return { kind: "none", obstacles: passed };
}

function rowsOf({ strategy, by }: Choice): readonly Row[] {
  return rows[by === "environment" && strategy === "pipe" ? "environment's pipe" : strategy];
}

function firstObstacle(
  strategy: StrategyName,
  request: StrategyRequest,
  here: Situation,
): string | null {
  for (const obstacle of obstacles[strategy]) {
    const text = obstacle(request, here);
    if (text !== null) return text;
  }
  return null;
}

function reasonOf({ strategy, by }: Choice, passed: number): string {
  if (passed > 0) return "it is the first that can do it here";
  if (strategy === "auto") return "it supports everything this file needs";
  return by === "environment"
    ? "CAGE_STREAMING_STRATEGY asks for it"
    : "cage.streaming.strategy asks for it";
}

/** Returns the passphrase to type and the program that asks for it, or null. */
function typing(
  key: StrategyRequest["key"],
  program: Situation["program"],
): { readonly passphrase: Uint8Array | null; readonly program: AgeProgram } | null {
  if (key.kind !== "passphrase" || "missing" in program || program.takesPassphrases) return null;
  return { passphrase: key.passphrase, program };
}
