import { AgeError } from "../../age/errors";
import { hasErrno, systemFailure } from "../../age/systemFailure";

/** Runs a file operation and turns a failure into an AgeError about the path. */
export async function translated<T>(
  path: string,
  operation: () => Promise<T>,
  during: "read" | "write" = "write",
): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof AgeError) throw error;
    throw systemFailure(error, { path }, during);
  }
}

/** Does the same for an operation that changes nothing. */
export async function translatedRead<T>(path: string, operation: () => Promise<T>): Promise<T> {
  return translated(path, operation, "read");
}

/** Tells whether a file system lacks a feature, such as modes or second names. */
export function isUnsupported(error: unknown): boolean {
  return hasErrno(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS");
}

/** Turns the system's error for a missing file into null, and rethrows any other. */
export function nullWhenAbsent(error: unknown): null {
  if (hasErrno(error, "ENOENT", "ENOTDIR")) return null;
  throw error;
}

/** Turns the failure for a missing file into null, and rethrows any other. */
export function nullWhenNotFound(error: unknown): null {
  if (failureOf(error).code === "not-found") return null;
  throw error;
}

/** Turns a failure into a result, and rethrows a fault of our own. */
export function failureOf(error: unknown): AgeError {
  if (error instanceof AgeError) return error;
  throw error;
}

/** Ignores a harmless failure of the disk, and rethrows a fault of our own. */
export function ignoreFailure(error: unknown): void {
  failureOf(error);
}

/** Turns a failure of the disk into null, and rethrows a fault of our own. */
export function nullWhenRefused(error: unknown): null {
  ignoreFailure(error);
  return null;
}

/** Makes the error for a symbolic link where a file is wanted. */
export function linkAt(path: string): AgeError {
  return new AgeError("not-found", "it is a link, not a file", { path, fault: "link" });
}

interface Kind {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/** Refuses anything but a regular file. @throws AgeError "not-found". */
export function refuseSpecial(path: string, stat: Kind): void {
  if (stat.isFile()) return;
  if (stat.isSymbolicLink()) throw linkAt(path);
  throw noFileAt(path, stat.isDirectory() ? "folder" : "other");
}

/** Makes the error for a folder, pipe, socket or device where a file is wanted. */
export function noFileAt(path: string, kind: "folder" | "other", name = "it"): AgeError {
  const [what, fault] =
    kind === "folder"
      ? (["a folder", "EISDIR"] as const)
      : (["a pipe, a socket or a device", "special file"] as const);
  return new AgeError("not-found", `${name} is ${what}, not a file`, { path, fault });
}
