import { counted } from "./plural";
import type { LockReason } from "../../keys/keyring";

/** The names of documents and tabs that still show decrypted text after a lock. */
export interface Leftovers {
  /** The documents with unsaved text that is in no draft. */
  readonly unsaved: readonly string[];
  /** The tabs that VS Code did not close. */
  readonly open: readonly string[];
  /** The tabs of other extensions: Cage cannot know what they show. */
  readonly unknown: readonly string[];
}

/**
 * Says that Cage is locked. @param setAside - the number of files whose unsaved text the lock put
 * into drafts.
 */
export function lockedMessage(setAside: number): string {
  // VS Code cuts texts of more than about 70 characters.
  return `Cage is locked.${keptText(setAside)}`;
}

function keptText(setAside: number): string {
  if (setAside === 0) return "";
  const where = setAside === 1 ? "a draft" : "drafts";
  return ` Unsaved text of ${counted(setAside, "file")} is kept in ${where}.`;
}

/** Says after Lock Now which windows are not locked. */
export function othersMessage(others: number): string {
  return `This window is locked. ${counted(others, "other window")} of yours ${others === 1 ? "is" : "are"} still unlocked.`;
}

/**
 * Says what Lock All Windows has locked. @param left - the number of windows that did not answer.
 */
export function allLockedMessage(asked: number, left: number): string {
  if (asked === 0) return "This window is locked. No other window of yours was unlocked.";
  const locked = Math.max(0, asked - left);
  const here =
    locked === 0
      ? "This window is locked"
      : `This window and ${counted(locked, "other")} are locked`;
  if (left === 0) return `${here}.`;
  return `${here}, but ${counted(left, "other window")} did not answer: run Cage: Lock Now there.`;
}

/** The counts of what a lock took from the screen. */
export interface TakenTabs {
  readonly closed: number;
  /** The number of files whose unsaved text the lock put into drafts. */
  readonly setAside: number;
}

/**
 * Says why a window was locked although its user did not ask for it. The text stays true after the
 * next unlock.
 */
export function unaskedMessage(
  reason: Exclude<LockReason, "by the user">,
  { closed, setAside }: TakenTabs,
  minutes: number,
): string {
  const what =
    reason === "idle"
      ? `Cage locked itself after ${counted(minutes, "minute")} without use`
      : "Lock All Windows in another window locked this one";
  if (closed === 0) return `${what}.`;
  const again =
    closed === 1
      ? "brings it back, and may ask for its key"
      : "brings back those whose keys are at hand, and may ask for one";
  return `${what} and closed ${counted(closed, "document")}.${keptText(setAside)} Open Again ${again}.`;
}

/** Says what a lock left on the screen, and why; null if it left nothing. */
export function leftoverMessage({ unsaved, open, unknown }: Leftovers): string | null {
  const sentences = [
    ...(unsaved.length === 0
      ? []
      : [
          `${list(unsaved)} ${has(unsaved)} unsaved text that no draft could keep, and ${stays(unsaved)} open until saved.`,
        ]),
    ...(open.length === 0
      ? []
      : [`${list(open)} could not be closed and still ${shows(open)} decrypted text: close it.`]),
    ...(unknown.length === 0
      ? []
      : [
          `${list(unknown)} may still show decrypted text: Cage can't see into other extensions' tabs.`,
        ]),
  ];
  return sentences.length === 0 ? null : `The keys are gone, but ${sentences.join(" ")}`;
}

const list = (names: readonly string[]): string => names.join(", ");
const has = ({ length }: readonly string[]): string => (length === 1 ? "has" : "have");
const stays = ({ length }: readonly string[]): string => (length === 1 ? "stays" : "stay");
const shows = ({ length }: readonly string[]): string => (length === 1 ? "shows" : "show");
