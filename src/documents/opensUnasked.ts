import { readAgeFile } from "../age/age";
import { AgeError } from "../age/errors";
import { readVersion, type DocumentContext } from "./openDocument";
import { unlock, wipeUnlocked } from "./unlock";

/** Tells that a key at hand opens a file, without a question. */
export async function opensUnasked(path: string, context: DocumentContext): Promise<boolean> {
  try {
    const version = await readVersion(path, context.disk);
    if (version === null) return false;
    const file = await readAgeFile([version.bytes]);
    try {
      wipeUnlocked(await unlock(file, path, context.keys, "never"));
      return true;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof AgeError) return false;
    throw error;
  }
}
