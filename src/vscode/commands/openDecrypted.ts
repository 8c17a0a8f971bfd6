import { besideNothing } from "../editor/documentOpener";
import { closePagesOf } from "../editor/openRedirect";
import type { CommandContext } from "./context";
import { reportFailure } from "../failures";
import { LockWatch } from "../../keys/lockWatch";
import { encryptedTargets } from "./target";

/**
 * Opens the documents of files, until a lock. A file that fails does not stop the others; the
 * failure of a single file is thrown.
 */
export async function openDecryptedCommand(
  context: CommandContext,
  uri: unknown,
  selected: unknown,
): Promise<void> {
  const paths = await encryptedTargets(uri, selected, "Open Decrypted");
  const preview = paths.length === 1;
  const lock = new LockWatch(context.documentContext.keys.keyring);
  try {
    for (const path of paths) {
      if (lock.wasLocked()) break;
      try {
        await context.opener.open(path, { ...besideNothing, preview });
        await closePagesOf(path);
      } catch (error) {
        if (paths.length === 1) throw error;
        if (!lock.wasLocked()) reportFailure(context.log, "cage.openDecrypted", path, error);
      }
    }
  } finally {
    lock.dispose();
  }
}
