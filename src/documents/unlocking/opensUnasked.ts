import { readAgeFile } from "../../age/age";
import type { Disk } from "../disk/disk";
import { ignoreFailure } from "../disk/diskFailures";
import type { KeySources } from "../questions/asking";
import { unlock } from "./unlock";
import { wipeUnlocked } from "./unlocked";

/** Tells whether a key at hand opens a file without a question. */
export async function opensUnasked(
  path: string,
  { disk, keys }: { readonly disk: Disk; readonly keys: KeySources },
): Promise<boolean> {
  try {
    const file = await readAgeFile(disk.stream(path));
    try {
      wipeUnlocked(await unlock(file, path, keys, "never"));
      return true;
    } finally {
      await file.close();
    }
  } catch (error) {
    ignoreFailure(error);
    return false;
  }
}
