import type { BackupOutlook } from "../documents/backupOutlook";

/** Says what is known of VS Code's backups of unsaved text, without a full stop. */
export function backupText(outlook: BackupOutlook): string {
  switch (outlook.kind) {
    case "refused":
      return "none of unsaved text: the disk takes no folder with the long name of its scheme";
    case "possible":
      return "this disk takes a folder with a name as long as the scheme's, so VS Code writes unsaved text to it in the clear";
    case "in the browser":
      return "this VS Code keeps backups in the browser, so it writes unsaved text to the browser's profile in the clear";
    case "elsewhere":
      return "they would lie on the machine that shows this window, whose disk can't be tried from here; the usual ones take no folder with the long name of the scheme";
    case "unknown":
      return `Cage could not try whether VS Code can write unsaved text to the disk in the clear (${outlook.reason})`;
  }
}
