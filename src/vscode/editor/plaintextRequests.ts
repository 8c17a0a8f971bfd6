/** A function that takes what an editor saves. It must leave the bytes to the caller. */
export type Diversion = (content: Uint8Array) => Promise<void>;

/**
 * The state that passes between an action of the user (a click, Lock Now) and the reads and writes
 * of the file system provider, which VS Code makes on its own.
 */
export class OpenRequests {
  private readonly plaintexts = new Map<string, Uint8Array>();
  private readonly blanked = new Set<string>();
  private readonly diverted = new Map<string, Diversion>();

  /** Stores the plaintext of a file that the user just opened, for the read that follows. */
  leavePlaintext(path: string, plaintext: Uint8Array): void {
    this.dropPlaintext(path);
    this.blanked.delete(path);
    this.plaintexts.set(path, plaintext);
  }

  /** Takes the stored plaintext, once. */
  takePlaintext(path: string): Uint8Array | null {
    const plaintext = this.plaintexts.get(path) ?? null;
    this.plaintexts.delete(path);
    return plaintext;
  }

  /** Wipes the plaintext that no read took, because VS Code still had the document. */
  dropPlaintext(path: string): void {
    this.takePlaintext(path)?.fill(0);
  }

  /** Wipes all stored plaintexts, for a lock. */
  dropPlaintexts(): void {
    for (const path of [...this.plaintexts.keys()]) this.dropPlaintext(path);
  }

  /** Makes a document that VS Code holds read as empty, until the user opens it again. */
  blank(path: string): void {
    this.blanked.add(path);
  }

  /** Ends that. @returns true if the document was blank. */
  unblank(path: string): boolean {
    return this.blanked.delete(path);
  }

  /** Tells whether a document reads as empty. */
  isBlanked(path: string): boolean {
    return this.blanked.has(path);
  }

  /** Gives the saves of a file to a diversion instead, while an operation runs. */
  async divert<T>(path: string, to: Diversion, operation: () => Promise<T>): Promise<T> {
    this.diverted.set(path, to);
    try {
      return await operation();
    } finally {
      this.diverted.delete(path);
    }
  }

  /** Finds the diversion of a file; null if its saves go into the file. */
  diversionOf(path: string): Diversion | null {
    return this.diverted.get(path) ?? null;
  }
}
