/** A sink that takes bytes in pieces of any length and hands them on in large ones. */
export interface Sink {
  /** Takes a piece. The caller may reuse it when this has resolved. */
  write(piece: Uint8Array): Promise<void>;
  /** Hands on the rest. @returns the number of bytes that came. */
  end(): Promise<number>;
  /**
   * Waits until the last piece has been used, and zeroes the buffers. It never rejects.
   */
  close(): Promise<void>;
}

/**
 * Makes a sink that fills one buffer while another one is used.
 *
 * @param size - length in bytes of the pieces that it hands on. The last one may be shorter.
 * @param use - gets the pieces one after another, with the offset of each.
 */
export function bufferedSink(
  size: number,
  use: (piece: Uint8Array, offset: number) => Promise<void>,
): Sink {
  let [filling, using] = [new Uint8Array(size), new Uint8Array(size)];
  let used: Promise<void> = Promise.resolve();
  let filled = 0;
  let handedOn = 0;

  const handOn = async (): Promise<void> => {
    await used;
    [filling, using] = [using, filling];
    used = use(using.subarray(0, filled), handedOn);
    // The next await gets the failure.
    used.catch(() => undefined);
    handedOn += filled;
    filled = 0;
  };
  return {
    async write(piece) {
      for (let rest = piece; rest.length > 0;) {
        const head = rest.subarray(0, size - filled);
        filling.set(head, filled);
        filled += head.length;
        rest = rest.subarray(head.length);
        if (filled === size) await handOn();
      }
    },
    async end() {
      if (filled > 0) await handOn();
      await used;
      return handedOn;
    },
    async close() {
      await used.catch(() => undefined);
      filling.fill(0);
      using.fill(0);
    },
  };
}
