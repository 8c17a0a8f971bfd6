import { AgeError, type AgeErrorCode, type AgeErrorFacts } from "./errors";

/** The system's name of a failure ("ENOENT"). */
export function errnoOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "unknown error";
}

/** Whether a failure is one of these. */
export function hasErrno(error: unknown, ...errnos: readonly string[]): boolean {
  return errnos.includes(errnoOf(error));
}

/** Says in our words how a file operation failed. The one place that translates. */
export function systemFailure(error: unknown, facts: AgeErrorFacts = {}): AgeError {
  const [code, message] = describe(errnoOf(error));
  return new AgeError(code, message, facts);
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
