import type { BackupOutlook } from "../../documents/drafts/backupOutlook";

/** Says what is known about VS Code's backups of unsaved text, without a full stop. */
export function backupText(outlook: BackupOutlook): string {
  switch (outlook.kind) {
    case "refused":
      return "unsaved text is not backed up: the name of the backup folder is too long for this disk";
    case "possible":
      return "on this disk, unlike most, VS Code writes backups of unsaved text in the clear";
    case "in the browser":
      return "this VS Code keeps backups in the browser, so it writes unsaved text to the browser's profile in the clear";
    case "elsewhere":
      return "they would be on the machine that shows this window; Cage can't test its disk from here, but the name of the backup folder is too long for most disks";
    case "unknown":
      return `Cage could not find out whether VS Code can write unsaved text to the disk in the clear (${outlook.reason})`;
  }
}
