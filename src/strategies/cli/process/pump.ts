import type { Writable } from "node:stream";

/**
 * Writes bytes as fast as they are taken, and ends. That a program ends before it took all is told
 * by its end.
 *
 * @param size - how many bytes are handed over at a time.
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
