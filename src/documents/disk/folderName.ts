import { mkdir, rmdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { hasErrno } from "../../age/systemFailure";
import { nullWhenAbsent } from "./diskFailures";

/**
 * Tells whether a folder can have a name, by making it and removing it again. It leaves a folder
 * alone that is already there.
 *
 * @returns false if the system refuses the name itself.
 * @throws Error of the system, if it fails for another reason.
 */
export async function takesFolderName(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (hasErrno(error, "ENAMETOOLONG", "EINVAL")) return false;
    // Windows reports a name that is too long as a missing path.
    if (hasErrno(error, "ENOENT") && (await isThere(dirname(path)))) return false;
    // Whatever has the name proves that the name works.
    if (hasErrno(error, "EEXIST")) return true;
    throw error;
  }
  await rmdir(path).catch((error: unknown) => {
    // Somebody has put a file into it meanwhile. Some systems report this as EEXIST.
    return hasErrno(error, "ENOTEMPTY", "EEXIST") ? null : nullWhenAbsent(error);
  });
  return true;
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
