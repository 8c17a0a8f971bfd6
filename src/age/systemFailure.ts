import { AgeError, type AgeErrorCode, type AgeErrorFacts } from "./errors";
import type { Errno } from "./systemFault";

/** Returns the system's name of a failure ("ENOENT"). */
export function errnoOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "unknown error";
}

/** Tells whether a failure has one of these names. */
export function hasErrno(error: unknown, ...errnos: readonly string[]): boolean {
  return errnos.includes(errnoOf(error));
}

/**
 * Translates the failure of a file operation into our words. Only this function does so.
 *
 * @param during - "read" if the operation changes nothing.
 */
export function systemFailure(
  error: unknown,
  facts: AgeErrorFacts = {},
  during: "read" | "write" = "write",
): AgeError {
  const errno = errnoOf(error);
  const failed = during === "read" ? "read-failed" : "write-failed";
  if (!isKnown(errno)) return new AgeError(failed, `the file system failed (${errno})`, facts);
  const [code, message] = failures[errno];
  return new AgeError(code ?? failed, message, { ...facts, fault: errno });
}

function isKnown(errno: string): errno is Errno {
  return Object.hasOwn(failures, errno);
}

/** A code and a message. Without a code, the failure is that of a read or a write. */
type Failure = readonly [AgeErrorCode | null, string];

const gone: Failure = [null, "its disk or share is gone"];
const unable: Failure = [null, "the file system has no such operation"];
const tooMany: Failure = [null, "too many files are open"];
const refused: Failure = ["no-permission", "the system does not permit it"];

const failures: Readonly<Record<Errno, Failure>> = {
  ENOENT: ["not-found", "the file does not exist"],
  ENOTDIR: ["not-found", "a part of its path is a file, not a folder"],
  ELOOP: ["unusable-path", "its symbolic links lead in a circle"],
  ENAMETOOLONG: ["unusable-path", "its name or path is too long for the file system"],
  EISDIR: ["not-found", "it is a folder, not a file"],
  EILSEQ: ["unusable-path", "the file system does not allow a character in its name"],
  ERR_INVALID_ARG_VALUE: ["unusable-path", "its path has a character that no path can have"],
  EEXIST: ["already-exists", "a file with that name already exists"],
  EACCES: refused,
  EPERM: refused,
  EROFS: ["no-permission", "the file system is read-only"],
  ENOSPC: ["disk-full", "the disk is full"],
  EDQUOT: ["disk-full", "the disk quota is used up"],
  EFBIG: [null, "the file is larger than the file system allows"],
  EMFILE: tooMany,
  ENFILE: tooMany,
  ETXTBSY: [null, "a program is running from that file"],
  EBUSY: [null, "the system or another program uses it"],
  EIO: [null, "the disk failed (EIO)"],
  ENOMEM: [null, "this machine has no memory left"],
  EINVAL: [null, "the file system refuses it (EINVAL)"],
  ENODEV: gone,
  ENXIO: gone,
  ESTALE: gone,
  ENOTCONN: gone,
  EHOSTDOWN: gone,
  EHOSTUNREACH: gone,
  ETIMEDOUT: gone,
  ENOSYS: unable,
  ENOTSUP: unable,
  EOPNOTSUPP: unable,
};
