import type { Writable } from "node:stream";

/**
 * Writes bytes as fast as the stream takes them, and ends it. It ignores the stream's failure: if a
 * program ends before it has taken all bytes, its own end tells why.
 *
 * @param size - the number of bytes to hand over at a time.
 */
export function pump(bytes: Uint8Array, into: Writable, size: number): void {
  into.on("error", () => undefined);
  let at = 0;
  const write = (): void => {
    while (at < bytes.length) {
      const piece = bytes.subarray(at, at + size);
      at += piece.length;
      if (!into.write(piece)) {
        into.once("drain", write);
        return;
      }
    }
    into.end();
  };
  write();
}
