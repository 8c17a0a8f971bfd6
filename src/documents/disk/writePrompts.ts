/** The outcome of a write that another program disturbed. */
export type WriteNotice =
  /** Another program's version is kept beside the file. */
  | { readonly kind: "conflict copy"; readonly path: string; readonly copy: string }
  /** Another program's version had the name for a moment and is lost. */
  | { readonly kind: "overwritten"; readonly path: string }
  /** Writing in place failed, and the old version could not be put back: it is in the copy. */
  | { readonly kind: "not put back"; readonly path: string; readonly copy: string };

/** The questions and messages that arise while a file is written. */
export interface WritePrompts {
  /**
   * Asks how to write a file with other names (hard links), which would keep the old version.
   *
   * @param others - the number of those names.
   */
  manyNames(path: string, others: number): Promise<"rename" | "in place" | "cancel">;
  /** Asks whether to overwrite the content of a file that is mounted by itself. */
  mountedAlone(path: string): Promise<"in place" | "cancel">;
  /** Asks whether to write plaintext or keys to a disk that lets others read them. */
  acceptExposure(path: string): Promise<boolean>;
  /** Reports the fate of another program's version, or of the old one. */
  tellWritten(notice: WriteNotice): void;
}
