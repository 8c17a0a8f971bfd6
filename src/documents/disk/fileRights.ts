import { execFile } from "node:child_process";
import { type FileHandle, stat } from "node:fs/promises";
import { platform } from "node:os";
import { pid } from "node:process";
import { promisify } from "node:util";
import { hasErrno } from "../../age/systemFailure";
import { isUnsupported } from "./diskFailures";
import { withGroupLikeOthers } from "./fileFacts";

/**
 * Gives an open file the rights of another one: mode, owner and group, and on Linux the access list
 * and the extended attributes. A right that can't be copied is dropped, never widened: if the group
 * could not be kept, the new group gets no more than others.
 *
 * @param owner - "same" for the other file's owner and group, "new" for the present ones.
 * @param atMost - the permission bits that the file may have.
 */
export async function copyRights(
  from: string,
  file: FileHandle,
  owner: "same" | "new",
  atMost: number,
): Promise<void> {
  const old = await stat(from);
  // A copy of wider rights would grant more than `atMost` for a moment.
  const isWithin = (old.mode & 0o777 & ~atMost) === 0;
  const isComplete = isWithin && (await copyWithAccessList(from, file, owner));
  if (!isComplete && owner === "same") {
    await file.chown(old.uid, old.gid).catch((error: unknown) => {
      if (!hasErrno(error, "EPERM", "EINVAL", "ENOTSUP", "ENOSYS")) throw error;
    });
  }
  const now = await file.stat();
  let mode = old.mode & 0o7777 & atMost;
  // With an access list, the group's bits are the most that the list grants to anybody. Without the
  // list they would grant that to the group.
  const isGroupKnown = isComplete || platform() !== "linux";
  if (now.gid !== old.gid || !isGroupKnown) mode = withGroupLikeOthers(mode);
  if (now.gid !== old.gid || now.uid !== old.uid) mode &= ~setIdBits;
  if ((now.mode & 0o7777) === mode) return;
  await changeMode(file, mode);
}

/** Sets the permission bits of one of the user's own files, if the file system has them. */
export async function changeMode(file: FileHandle, mode: number): Promise<void> {
  try {
    await file.chmod(mode & 0o7777);
  } catch (error) {
    if (!isUnsupported(error)) throw error;
  }
}

/**
 * Copies everything that GNU's `cp` can copy: Node has no call for access lists.
 *
 * @returns false if the program is missing, or if it failed.
 */
async function copyWithAccessList(
  from: string,
  file: FileHandle,
  owner: "same" | "new",
): Promise<boolean> {
  if (platform() !== "linux") return false;
  // This path leads to the open file itself, even after its name leads elsewhere.
  const to = `/proc/${pid}/fd/${file.fd}`;
  const attributes = owner === "same" ? "all" : "mode";
  const given = ["--attributes-only", `--preserve=${attributes}`, "--", from, to];
  for (const program of programs) {
    try {
      await promisify(execFile)(program, given, { cwd: "/", env: { LC_ALL: "C" } });
    } catch (error) {
      if (hasErrno(error, "ENOENT")) continue;
      return false;
    }
    // It copied the times, too, but the content is new.
    const now = new Date();
    if (owner === "same") await file.utimes(now, now);
    return true;
  }
  return false;
}

/** The usual places of `cp`: the PATH may lead anywhere. */
const programs = ["/usr/bin/cp", "/bin/cp", "/run/current-system/sw/bin/cp"];

const setIdBits = 0o6000;
