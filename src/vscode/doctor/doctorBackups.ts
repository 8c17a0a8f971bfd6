import { isSafeToEdit } from "../../documents/drafts/backupOutlook";
import { backupText } from "../wording/backupText";
import type { DoctorFacts } from "./doctorFacts";
import type { Finding } from "./finding";

/**
 * Judges whether VS Code can write unsaved text of documents to a disk, as it does with other
 * texts.
 */
export function backupFindings({ backups, hotExit }: DoctorFacts): readonly Finding[] {
  const subject = "Backups of VS Code";
  const isSafe = isSafeToEdit(backups);
  const main: Finding = {
    severity: backups.kind === "refused" ? "ok" : "note",
    subject,
    text: isSafe
      ? backupText(backups)
      : `${backupText(backups)}; documents open read-only until you run Edit Anyway`,
    ...(isSafe ? {} : { next: saveSoon }),
  };
  const quitting: Finding = {
    severity: "note",
    subject: "Quitting with unsaved text",
    text: 'VS Code says that the text "could not be saved to the backup location", since it makes no backup of it',
    next: 'Save first, or set "files.hotExit" to "off": then VS Code asks.',
  };
  return hotExit && backups.kind !== "possible" ? [main, quitting] : [main];
}

const saveSoon =
  "Save soon after you type, or keep VS Code's user data on a file system whose names have at most 255 characters, or on an encrypted disk.";
