import { mkdir, rmdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { hasErrno } from "../../age/systemFailure";
import { nullWhenAbsent } from "./diskFailures";

/**
 * Tells whether a folder can have a name, by making it and removing it again.
 *
 * @returns false where the system refuses the name itself.
 * @throws Error of the system, where it fails for another reason.
 */
export async function takesFolderName(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (hasErrno(error, "ENAMETOOLONG", "EINVAL")) return false;
    // On Windows a name that is too long has the error of a path that is not there.
    if (hasErrno(error, "ENOENT") && (await isThere(dirname(path)))) return false;
    // One that is there has the name.
    if (!hasErrno(error, "EEXIST")) throw error;
  }
  await rmdir(path).catch(nullWhenAbsent);
  return true;
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
