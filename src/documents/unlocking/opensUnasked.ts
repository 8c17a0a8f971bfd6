import { readAgeFile } from "../../age/age";
import { AgeError } from "../../age/errors";
import type { DocumentContext } from "../openDocument";
import { unlock } from "./unlock";
import { wipeUnlocked } from "./unlocked";

/** Tells whether a key at hand opens a file, without a question. */
export async function opensUnasked(path: string, context: DocumentContext): Promise<boolean> {
  try {
    const file = await readAgeFile(context.disk.stream(path));
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
