import { basename, dirname } from "node:path";
import { AgeError } from "../../age/errors";
import type { Disk } from "./disk";

/**
 * Tells whether a path leads nowhere because a name on it is not UTF-8, which no path can spell.
 */
export async function hasUnspeltName(path: string, disk: Disk): Promise<boolean> {
  const missing = await firstMissing(path, disk);
  // Node shows bytes that are not UTF-8 as this character.
  if (!basename(missing).includes("\uFFFD")) return false;
  const listed = await disk.list(dirname(missing));
  return listed.some(({ name, isUtf8 }) => isUtf8 === false && name === basename(missing));
}

/** Returns the reason why nothing is found at a path, as an error. */
export async function absenceOf(path: string, disk: Disk): Promise<AgeError> {
  if ((await disk.entry(path))?.kind === "link") {
    const message = "it is a link to something that does not exist";
    return new AgeError("not-found", message, { path, fault: "dangling link" });
  }
  const missing = await firstMissing(path, disk);
  if (await hasUnspeltName(path, disk)) {
    const what = missing === path ? "its name" : "the name of a folder on its path";
    return new AgeError("unusable-path", `${what} is not UTF-8`, { path, fault: "not UTF-8" });
  }
  if ((await disk.entry(dirname(missing)))?.kind === "file") {
    const message = "a part of its path is a file, not a folder";
    return new AgeError("not-found", message, { path, fault: "ENOTDIR" });
  }
  return new AgeError("not-found", "the file does not exist", { path });
}

/** Finds the first part of a path that does not exist. */
async function firstMissing(path: string, disk: Disk): Promise<string> {
  let missing = path;
  while (missing !== dirname(missing) && (await disk.entry(dirname(missing))) === null) {
    missing = dirname(missing);
  }
  return missing;
}
