import { dirname, join } from "node:path";
import * as vscode from "vscode";
import type { Disk } from "../documents/disk";
import { sweepOldBackups, type MakeSafe } from "../documents/oldBackups";
import type { Log } from "./log";
import { oldScheme, pathOfOldDocument } from "./uris";

/**
 * Removes the backups that VS Code made of unsaved text before Cage had its long scheme, once each
 * text is safe.
 *
 * @param storage - a folder of Cage's own in VS Code's user data: USERDATA/User/globalStorage/ID.
 */
export async function removeOldBackups(
  disk: Disk,
  storage: string,
  makeSafe: MakeSafe,
  log: Log,
): Promise<void> {
  const user = dirname(dirname(storage));
  // The desktop has them beside the folder User, a server in it.
  const folders = [join(dirname(user), "Backups"), join(user, "Backups")];
  const pathOf = (text: string): string | null => pathOfOldDocument(vscode.Uri.parse(text, true));
  const context = { disk, folders, scheme: oldScheme, pathOf };
  const { removed, waiting } = await sweepOldBackups(context, makeSafe);
  if (removed + waiting === 0) return;
  log.info(`old backups of unsaved text: ${removed} removed, ${waiting} left`);
}
