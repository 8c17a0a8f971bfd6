/**
 * The failures of a file system that have words and a next step of their own: its names for them,
 * and ours for what is no file.
 */
export type SystemFault =
  | Errno
  // It is there, and no file, or no path leads to it.
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
  // Rights.
  | "EACCES"
  | "EPERM"
  | "EROFS"
  // Room.
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
