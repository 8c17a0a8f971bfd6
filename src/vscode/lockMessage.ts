import { counted } from "./counted";

/** The names of documents and tabs that still show decrypted text after a lock. */
export interface Leftovers {
  /** Documents with unsaved text that is in no draft. */
  readonly unsaved: readonly string[];
  /** Tabs that VS Code would not close. */
  readonly open: readonly string[];
  /** Pages of other extensions, which do not tell what they show. */
  readonly unknown: readonly string[];
}

/** Says that Cage is locked. @param setAside - how many files have unsaved text in drafts by it. */
export function lockedMessage(setAside: number): string {
  if (setAside === 0) return "Cage is locked.";
  // VS Code cuts what is longer than about 70 characters.
  const where = setAside === 1 ? "a draft" : "drafts";
  return `Cage is locked. Unsaved text of ${counted(setAside, "file")} is kept in ${where}.`;
}

/** Says what a lock left on the screen, and why; null when nothing was left. */
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
