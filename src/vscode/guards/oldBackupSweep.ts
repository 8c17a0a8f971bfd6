import { dirname, join } from "node:path";
import * as vscode from "vscode";
import type { Disk } from "../../documents/disk/disk";
import type { Drafts } from "../../documents/drafts/drafts";
import type { DraftTargets } from "../../documents/drafts/draftTarget";
import { sweepOldBackups, type MakeSafe } from "../../documents/drafts/oldBackups";
import type { Log } from "../log";
import { isShown } from "../tabs";
import { oldScheme, pathOfOldDocument } from "../uris";

/**
 * Removes the backups of unsaved text that VS Code made before Cage had its long scheme, once each
 * text is safe.
 *
 * @param storage - Cage's own folder in VS Code's user data: USERDATA/User/globalStorage/ID.
 */
export async function removeOldBackups(
  disk: Disk,
  storage: string,
  makeSafe: MakeSafe,
  log: Log,
): Promise<void> {
  const user = dirname(dirname(storage));
  // The desktop keeps them beside the folder User, a server in it.
  const folders = [join(dirname(user), "Backups"), join(user, "Backups")];
  const pathOf = (text: string): string | null => pathOfOldDocument(vscode.Uri.parse(text, true));
  const context = { disk, folders, scheme: oldScheme, pathOf };
  const { removed, waiting } = await sweepOldBackups(context, makeSafe);
  if (removed + waiting === 0) return;
  log.info(`old backups of unsaved text: ${removed} removed, ${waiting} left`);
}

/** A digest that no version has, so that saving asks: the base of a backup is not known. */
const unknownBase = "0".repeat(64);

/** Makes drafts of old backups whose files a key at hand can open. */
export function makeSafe(drafts: Drafts, targets: DraftTargets): MakeSafe {
  return async (path, content) => {
    const target = targets.now(path) ?? (await targets.find(path));
    // A document on the screen has a draft of its own text: the backup waits for the next start.
    if (target === null || isShown(path)) return false;
    // The draft gets a session of its own, so that later typing does not replace it.
    await drafts.make(path, unknownBase, target.key, content, drafts.newSession());
    return true;
  };
}
