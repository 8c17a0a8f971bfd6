import type { BackupOutlook } from "../../documents/drafts/backupOutlook";

/** Says what is known about VS Code's backups of unsaved text, without a full stop. */
export function backupText(outlook: BackupOutlook): string {
  switch (outlook.kind) {
    case "refused":
      return "none of unsaved text: the name of their folder is too long for this disk";
    case "possible":
      return "on this disk, unlike most, VS Code writes backups of unsaved text in the clear";
    case "in the browser":
      return "this VS Code keeps backups in the browser, so it writes unsaved text to the browser's profile in the clear";
    case "elsewhere":
      return "they would lie on the machine that shows this window, whose disk can't be tried from here; for the usual ones the name of their folder is too long";
    case "unknown":
      return `Cage could not try whether VS Code can write unsaved text to the disk in the clear (${outlook.reason})`;
  }
}
