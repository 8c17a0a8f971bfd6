import type { Asking } from "./questions/asking";

/** A read under way, for which several readers may wait. */
export class SharedRead {
  private readers = 0;

  constructor(
    private readonly asking: Asking,
    private readonly signal: AbortSignal | undefined,
    private readonly result: Promise<Uint8Array>,
  ) {}

  /**
   * Waits for the plaintext. After the last copy it zeroes the original.
   *
   * @returns a copy, which belongs to the caller.
   */
  async copy(): Promise<Uint8Array> {
    this.readers++;
    let plaintext: Uint8Array | null = null;
    try {
      plaintext = await this.result;
      return plaintext.slice();
    } finally {
      if (--this.readers === 0) plaintext?.fill(0);
    }
  }

  /**
   * Waits for the plaintext as another reader.
   *
   * @returns null if the read failed for a reason that does not concern this reader: the first
   * reader was not allowed to ask, or cancelled.
   */
  async copyFor(asking: Asking, signal: AbortSignal | undefined): Promise<Uint8Array | null> {
    try {
      return await this.copy();
    } catch (error) {
      if (this.asking === "never" && asking === "ask") return null;
      if (this.signal?.aborted === true && signal?.aborted !== true) return null;
      throw error;
    }
  }
}
