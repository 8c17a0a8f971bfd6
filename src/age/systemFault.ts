/**
 * The failures of a file system that have their own text and next step. Each has the system's name,
 * or ours if the path does not lead to a regular file.
 */
export type SystemFault =
  | Errno
  // It is not a regular file, or no path can name it.
  | "link"
  | "dangling link"
  | "not UTF-8"
  | "special file";

/** The system's names of the failures that we know. */
export type Errno =
  // The path.
  | "ENOENT"
  | "ENOTDIR"
  | "ELOOP"
  | "ENAMETOOLONG"
  | "EISDIR"
  | "EILSEQ"
  | "ERR_INVALID_ARG_VALUE"
  | "EEXIST"
  // Permissions.
  | "EACCES"
  | "EPERM"
  | "EROFS"
  // Space and other limits.
  | "ENOSPC"
  | "EDQUOT"
  | "EFBIG"
  | "EMFILE"
  | "ENFILE"
  | "ENOMEM"
  // Somebody else uses it.
  | "ETXTBSY"
  | "EBUSY"
  // The disk.
  | "EIO"
  | "EINVAL"
  | "ENODEV"
  | "ENXIO"
  | "ESTALE"
  | "ENOTCONN"
  | "EHOSTDOWN"
  | "EHOSTUNREACH"
  | "ETIMEDOUT"
  | "ENOSYS"
  | "ENOTSUP"
  | "EOPNOTSUPP";
