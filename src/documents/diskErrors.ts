import { AgeError, type AgeErrorCode } from "../age/errors";

/** Runs a file operation and turns its failure into an AgeError about the path. */
export async function translated<T>(path: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof AgeError) throw error;
    const [code, message] = describe(errnoOf(error));
    throw new AgeError(code, message, { path });
  }
}

/** Null for a path at which nothing is; anything else is thrown on. */
export function nullWhenAbsent(error: unknown): null {
  if (hasErrno(error, "ENOENT", "ENOTDIR")) return null;
  throw error;
}

/** Whether the system failed with one of these codes. */
export function hasErrno(error: unknown, ...errnos: readonly string[]): boolean {
  return errnos.includes(errnoOf(error));
}

function describe(errno: string): [AgeErrorCode, string] {
  switch (errno) {
    case "ENOENT":
      return ["not-found", "the file does not exist"];
    case "ENOTDIR":
      return ["not-found", "a folder in the path is not a folder"];
    case "ELOOP":
      return ["not-found", "its symbolic links lead in a circle"];
    case "ENAMETOOLONG":
      return ["not-found", "its name is too long for the file system"];
    case "EEXIST":
      return ["already-exists", "a file with that name already exists"];
    case "EACCES":
    case "EPERM":
      return ["no-permission", "the system does not permit it"];
    case "EROFS":
      return ["no-permission", "the file system is read-only"];
    case "ENOSPC":
      return ["disk-full", "the disk is full"];
    case "EDQUOT":
      return ["disk-full", "the disk quota is used up"];
    case "EISDIR":
      return ["not-found", "it is a folder, not a file"];
    default:
      return ["write-failed", `the file system failed (${errno})`];
  }
}

function errnoOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "unknown error";
}
