import { type AgeProgram, programName } from "../../strategies/cli/program";
import {
  type Choice,
  type Selection,
  selectStrategy,
  type StrategyChoice,
  type StrategyRequest,
  verdicts,
} from "../../strategies/selectStrategy";
import type { Situation } from "../../strategies/situation";
import type { StrategyName } from "../../strategies/strategy";
import { quoted } from "./foreignText";

/** The places where a setting can be set, the narrowest first. */
export type SettingPlace = "folder" | "workspace" | "user";

/** A strategy that the user can choose, with what it would do. */
export interface StrategyRow {
  readonly choice: StrategyChoice;
  /** The note "current (…)" for the one in force, else "". */
  readonly description: string;
  /** The way it works, or "can't: …". */
  readonly detail: string;
  /** The reason why it can't work here; null if it can. */
  readonly obstacle: string | null;
}

/** Makes a row for each choice, for one request. */
export async function strategyRows(
  request: StrategyRequest,
  here: Situation,
  inForce: Choice,
  place: SettingPlace | null,
): Promise<readonly StrategyRow[]> {
  const situation = (): Promise<Situation> => Promise.resolve(here);
  const auto: Choice = { ...inForce, strategy: "auto", by: "setting" };
  const ofAuto = await selectStrategy(auto, request, situation);
  // The strategy that the environment sets may come to another one.
  const ofInForce = await selectStrategy(inForce, request, situation);
  const rows: readonly Omit<StrategyRow, "description">[] = [
    { choice: "auto", detail: selectionText(ofAuto), obstacle: null },
    ...verdicts(request, here).map(({ strategy, obstacle }) => ({
      choice: strategy,
      obstacle,
      detail:
        obstacle === null ? workText(strategy, request, here) : `can't: ${quoted(obstacle, 300)}`,
    })),
  ];
  const isOther = ofInForce.kind === "selected" && ofInForce.strategy !== inForce.strategy;
  return rows.map((row) =>
    row.choice === inForce.strategy
      ? {
          ...row,
          description: `current (${placeOfChoice(inForce, place)})`,
          detail: isOther ? selectionText(ofInForce) : row.detail,
        }
      : { ...row, description: "" },
  );
}

/** Describes the outcome of a choice as a sentence's end: "uses pipe, since …" or the obstacles. */
export function selectionText(selection: Selection): string {
  if (selection.kind === "none") {
    const obstacles = selection.obstacles.map((one) => `${one.strategy} can't: ${one.obstacle}`);
    return quoted(obstacles.join("; "), 300);
  }
  const { strategy, reason, fallbacks } = selection;
  const why = reason.startsWith("it ") ? `which ${reason.slice("it ".length)}` : `since ${reason}`;
  return quoted([`uses ${strategy}, ${why}`, ...fallbacks].join("; "), 300);
}

/** Names the place where the choice in force was made: "default", "the workspace's settings". */
function placeOfChoice({ by }: Choice, place: SettingPlace | null): string {
  if (by === "default") return "default";
  return by === "environment" ? "CAGE_STREAMING_STRATEGY" : settingPlaceText(place ?? "user");
}

/** Says what chose the strategy in force, as a clause that follows "since". */
export function chooserText({ by }: Choice, place: SettingPlace | null): string {
  if (by === "environment") return "CAGE_STREAMING_STRATEGY asks for it";
  if (by === "default") return "it is the default";
  return `${settingPlaceText(place ?? "user")} ask for it`;
}

/** Names the settings of a place: "the workspace's settings". */
export function settingPlaceText(place: SettingPlace): string {
  return {
    folder: "the folder's settings",
    workspace: "the workspace's settings",
    user: "your user settings",
  }[place];
}

/** Describes how a strategy would serve a request. */
function workText(
  strategy: StrategyName,
  { key, isDocument }: StrategyRequest,
  { program, memory }: Situation,
): string {
  if (strategy === "native") return "Cage itself, in this process and its worker threads";
  if ("missing" in program) return program.missing;
  const staged = `document through files ${memory.kind === "memory" ? "in memory" : "on the disk"}`;
  const ways = {
    pipe: isDocument ? "streams through it" : "files are its stdin and stdout",
    tempfile: isDocument ? staged : "from file to file",
  };
  // The passphrase comes first, since it matters to the choice and the end may be cut off.
  const told = [...(key.kind === "passphrase" ? [passphraseText(program)] : []), ways[strategy]];
  return `${programName(program)}: ${told.join(", ")}`;
}

function passphraseText({ takesPassphrases }: AgeProgram): string {
  return takesPassphrases
    ? "passphrase handed over without a terminal"
    : "passphrase typed on a pseudo-terminal";
}
