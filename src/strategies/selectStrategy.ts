import { engine } from "../age/engines/engineChoice";
import { type AgeProgram, programName } from "./cli/program";
import { untypable } from "./cli/process/terminal";
import type { Situation } from "./situation";
import type { StrategyName } from "./strategy";

/** The choices that the user has. */
export type StrategyChoice = StrategyName | "auto";

/** A choice, and who made it. */
export interface Choice {
  readonly strategy: StrategyChoice;
  readonly by: "default" | "setting" | "environment";
  /** True if passphrases may be piped where the environment chose: `CAGE_PASSPHRASE_PIPE`. */
  readonly pipesPassphrases: boolean;
}

/** The needs of an operation, as far as strategies differ in them. */
export interface StrategyRequest {
  readonly operation: "encrypt" | "decrypt";
  /** A passphrase, recipients or identities that any program knows, or such that only Cage does. */
  readonly key:
    | { readonly kind: "passphrase"; readonly passphrase: Uint8Array | null }
    | { readonly kind: "keys" }
    | { readonly kind: "Cage's own" };
  /** True for a document: plaintext or ciphertext is in memory. */
  readonly isDocument: boolean;
  /** The number of bytes that go in. */
  readonly size: number;
}

/** Why a strategy can't do something here, as a sentence without its stop; null if it can. */
type Obstacle = (request: StrategyRequest, here: Situation) => string | null;

const onlyLinux: Obstacle = (_, { platform }) =>
  platform === "linux" ? null : "programs are only run on Linux so far";

const untrusted: Obstacle = (_, { isTrusted }) =>
  isTrusted ? null : "no program is started while the workspace is not trusted";

const noProgram: Obstacle = (_, { program }) => ("missing" in program ? program.missing : null);

const keysOfCage: Obstacle = ({ key }) =>
  key.kind === "Cage's own" ? "a recipient is one that only Cage can encrypt to" : null;

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

/** It leaves them out: what it encrypts would open with another passphrase than the user's. */
const batchpassDropsLineEnds: Obstacle = ({ key }, { program }) => {
  if (key.kind !== "passphrase" || "missing" in program || !program.takesPassphrases) return null;
  const last = key.passphrase?.at(-1);
  return last === 10 || last === 13
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

/** The obstacles to each strategy, in the order in which they are told. */
const obstacles: Readonly<Record<StrategyName, readonly Obstacle[]>> = {
  native: [],
  pipe: ofAnyProgram,
  tempfile: [...ofAnyProgram, stagingNeedsPlace],
};

/** A strategy that is tried, and what else speaks against it for somebody's choice. */
interface Row {
  readonly strategy: StrategyName;
  /** As an {@link Obstacle}'s text; null if nothing does. */
  readonly unless?: (request: StrategyRequest, choice: Choice) => string | null;
}

/**
 * The number of bytes that the portable engine encrypts while a program only starts. It does some
 * 0.1 GB/s, a program some 1 GB/s after some 20 ms.
 */
const mostForPortable = 4 << 20;

const slowHere: Row["unless"] = ({ size }) =>
  size > mostForPortable && engine() === "portable"
    ? "this runtime has only the portable engine, which is slow for this much data"
    : null;

/** Cage piped passphrases only when it was told to. */
const pipesNoPassphrase: Row["unless"] = ({ key }, { pipesPassphrases }) =>
  key.kind === "passphrase" && !pipesPassphrases ? "CAGE_PASSPHRASE_PIPE is not set" : null;

/**
 * Which strategies are tried for a choice, in this order. A strategy that the settings name is that
 * one or none: it may be a policy. The environment's "pipe" goes on to "tempfile", as Cage's did.
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
  /** Null if it can do it. */
  readonly obstacle: string | null;
}

/** Tells what each strategy would do, whatever is chosen. */
export function verdicts(request: StrategyRequest, here: Situation): readonly Verdict[] {
  return strategyNames.map((strategy) => ({
    strategy,
    obstacle: firstObstacle(strategy, request, here),
  }));
}

const strategyNames: readonly StrategyName[] = ["native", "pipe", "tempfile"];

/** The strategy that is taken, or what stands in the way of all that may be. */
export type Selection =
  | {
      readonly kind: "selected";
      readonly strategy: StrategyName;
      /** As {@link Report.reason}. */
      readonly reason: string;
      readonly fallbacks: readonly string[];
    }
  | { readonly kind: "none"; readonly obstacles: readonly (Verdict & { obstacle: string })[] };

/**
 * Selects the strategy of an operation.
 *
 * @param here - called only if it matters what there is on this machine.
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

/** Returns what the typing of a passphrase needs; null where none is typed. */
function typing(
  key: StrategyRequest["key"],
  program: Situation["program"],
): { readonly passphrase: Uint8Array | null; readonly program: AgeProgram } | null {
  if (key.kind !== "passphrase" || "missing" in program || program.takesPassphrases) return null;
  return { passphrase: key.passphrase, program };
}
