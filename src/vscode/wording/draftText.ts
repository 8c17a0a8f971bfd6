import type { AgeErrorCode } from "../../age/errors";
import type { DraftOrigin } from "../../documents/drafts/draftFile";
import type { FoundDraft } from "../../documents/drafts/draftStore";
import { quoted, quotedDocument } from "./foreignText";

/** The buttons of messages about drafts. */
export const draftButtons = {
  compare: "Compare",
  discard: "Discard",
  putHere: "Put It Here",
  unlock: "Unlock",
  discardDraft: "Discard Draft",
  showText: "Show Text",
  choose: "Choose…",
} as const;

/** The state of a document's draft, for the status bar. */
export type DraftState = { readonly kind: "made"; readonly at: Date } | FailedDraft;

/** The state of a document whose unsaved text has no draft. */
export interface FailedDraft {
  readonly kind: "failed";
  readonly code: AgeErrorCode | "unknown";
}

/** The occasions for a message about a draft. */
export type DraftNews =
  /** The draft's text is in the editor again. */
  | { readonly kind: "put back"; readonly hasFileChanged: boolean }
  /** The draft's window is still open, or its process has not ended. */
  | { readonly kind: "living" }
  /** The editor holds other unsaved text, or did not accept the draft. */
  | { readonly kind: "beside" }
  /** The file is open in another encoding, which would spoil the text. */
  | { readonly kind: "unfit"; readonly encoding: string }
  | { readonly kind: "locked" }
  /** The user asked for it, but it is no longer there. */
  | { readonly kind: "gone" }
  | { readonly kind: "broken"; readonly reason: string };

/**
 * Says what became of the unsaved text of a file, and what the user can do.
 *
 * @param path - the file, which may have had another name when the draft was made.
 */
export function draftMessage(path: string, draft: DraftOrigin, news: DraftNews): string {
  const name = quotedDocument(path);
  const made = timeOf(new Date(draft.made));
  const when = draft.path === path ? made : `${made}, when it was ${quoted(draft.path)},`;
  switch (news.kind) {
    case "put back":
      return news.hasFileChanged
        ? `The unsaved text of ${name} from ${when} is back. The file was changed since: compare the two. Saving asks before it overwrites.`
        : `The unsaved text of ${name} from ${when} is back. Save to keep it; undo shows the file as it is.`;
    case "living":
      return `Another window has unsaved text of ${name} from ${when}. Save it there, or take it over here if that window is gone.`;
    case "beside":
      return `There is other unsaved text of ${name} from ${when}. Compare it with the file, or put it here in place of the text that you see.`;
    case "unfit":
      return `The unsaved text of ${name} from ${when} is not in ${quoted(news.encoding)}, the encoding in which the file is open. Choose the right one with Change File Encoding, then put the text here.`;
    case "locked":
      return `There is unsaved text of ${name} from ${when}, and the key that opens it is locked.`;
    case "gone":
      return `The unsaved text of ${name} from ${when} is gone: it was saved, discarded or taken over.`;
    case "broken":
      return `The draft of ${name} from ${when} can't be opened: ${news.reason}. The file itself is as it was.`;
  }
}

/** Lists the buttons of a message about a draft. */
export function buttonsOf({ kind }: DraftNews): readonly string[] {
  const { compare, discard, putHere, unlock, discardDraft } = draftButtons;
  switch (kind) {
    case "put back":
      return [compare, discard];
    case "living":
      return [compare, putHere];
    case "beside":
      return [compare, putHere, discardDraft];
    case "unfit":
      return [putHere, discardDraft];
    case "locked":
      return [unlock, discardDraft];
    case "gone":
      return [];
    case "broken":
      return [discardDraft];
  }
}

/** Says that files with unsaved text are gone, and how the text comes back. */
export function strandedMessage(drafts: readonly DraftOrigin[]): string {
  const [first] = drafts;
  const back = "under its new name, and the text comes back.";
  if (first === undefined || drafts.length > 1) {
    return `There is unsaved text of ${drafts.length} files that are gone. Open a file that was renamed ${back}`;
  }
  const name = quotedDocument(first.path);
  const when = timeOf(new Date(first.made));
  return `There is unsaved text of ${name} from ${when}, but ${quoted(first.path)} is gone. If it was renamed, open it ${back}`;
}

/** Writes the title of the comparison of a draft with its document. */
export function draftTitle(path: string, made: Date): string {
  const name = quotedDocument(path);
  return `${name} ↔ ${name}: draft of ${timeOf(made)}`;
}

/** Names a draft in a list. */
export function draftChoice({ of, record: { made } }: Pick<FoundDraft, "of" | "record">): string {
  const whose = of === "a window that is gone" ? "An earlier draft" : `The draft of ${of}`;
  return `${whose}, from ${timeOf(new Date(made))}`;
}

/** Writes the state of a draft for the status bar, such as "draft 14:03". */
export function draftStatus(state: DraftState): string {
  return state.kind === "made" ? `draft ${timeOf(state.at)}` : "no draft";
}

/** Says what the state of a draft means, and what to do. */
export function draftTooltip(state: DraftState): string {
  if (state.kind === "made") {
    return `Unsaved text is kept in an encrypted draft, last at ${timeOf(state.at)}. It opens with the file's own key.`;
  }
  const reason = failures[state.code] ?? "the draft could not be written";
  return `**There is no draft of the unsaved text:** ${reason}. Save it: otherwise it is lost if this window closes or crashes.`;
}

/** The reasons why no draft could be made. */
const failures: Readonly<Partial<Record<FailedDraft["code"], string>>> = {
  locked: "no key at hand opens the file",
  "disk-full": "the disk of VS Code's own data is full",
  "no-permission": "VS Code's own data can't be written",
};

/** Writes a time of day, such as "09:05", with the date unless it is today's. */
export function timeOf(made: Date, now = new Date()): string {
  const time = made.toTimeString().slice(0, "09:05".length);
  return made.toDateString() === now.toDateString() ? time : `${made.toLocaleDateString()} ${time}`;
}
