import { mkdir, rmdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { hasErrno } from "../../age/systemFailure";
import { nullWhenAbsent } from "./diskFailures";

/**
 * Tells whether a folder can have a name, by making it and removing it again. It also removes an
 * empty folder that is already there: a process may have been killed after it made it.
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
    if (!hasErrno(error, "EEXIST")) throw error;
    // Whatever has the name proves that the name works. What can't be removed does, too.
    await rmdir(path).catch(() => undefined);
    return true;
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
