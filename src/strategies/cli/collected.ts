import type { ExpectedLength } from "./expectedLength";
import type { ProgramOutput } from "./programEnds";

/**
 * Collects what a program writes. As soon as it is known how much that will be, it goes straight to where
 * it is to stay: a copy of all of it afterwards would take as long as a third of the encryption.
 */
export function collected(expected: ExpectedLength): ProgramOutput {
  /** What came before the length was known, or beyond it. */
  let pieces: Uint8Array[] = [];
  let whole: Uint8Array | null = null;
  let length = 0;
  let isClosed = false;

  const place = (piece: Uint8Array, at: number): boolean => {
    if (whole === null || at + piece.length > whole.length) return false;
    whole.set(piece, at);
    // It may be plaintext.
    piece.fill(0);
    return true;
  };
  /** Puts together all that has come. */
  const joined = (size: number): Uint8Array => {
    const bytes = new Uint8Array(size);
    let at = 0;
    const parts = whole === null ? pieces : [whole.subarray(0, length - total(pieces)), ...pieces];
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  };
  const wipe = (): void => {
    whole?.fill(0);
    for (const piece of pieces) piece.fill(0);
    [whole, pieces] = [null, []];
  };
  return {
    stdout: (piece) => {
      if (isClosed) {
        piece.fill(0);
        return;
      }
      const isPlaced = pieces.length === 0 && place(piece, length);
      length += piece.length;
      if (isPlaced) return;
      pieces.push(piece);
      if (whole !== null || length > mostLookedInto) return;
      const beginning = joined(length);
      const size = expected(beginning);
      beginning.fill(0);
      if (size === null || size < length) return;
      const all = joined(size);
      wipe();
      whole = all;
    },
    path: "",
    size: () => Promise.resolve(length),
    pieces: async function* () {
      if (whole !== null) yield* await Promise.resolve([whole.subarray(0, length - total(pieces))]);
      yield* pieces;
    },
    take: () => {
      const bytes = whole?.length === length ? whole : joined(length);
      if (bytes === whole) whole = null;
      return Promise.resolve(bytes);
    },
    close: () => {
      isClosed = true;
      wipe();
      return Promise.resolve();
    },
  };
}

/** In so many first bytes it is looked for what tells the length. */
const mostLookedInto = 256 * 1024;

function total(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}
