import type { ExpectedLength } from "./expectedLength";
import type { Receiver } from "./receivingSocket";

/** The bytes that have come from a program, in memory. */
export interface Collected extends Receiver {
  /** Returns all of them. The pieces do not change until all is taken or wiped. */
  pieces(): readonly Uint8Array[];
  /** Returns all of them in one buffer, which the caller keeps. */
  take(): Uint8Array;
  /** Zeroes all that was not taken, and what may still come. */
  wipe(): void;
}

/**
 * Collects the output of a program. As soon as its length is known, the output comes straight into
 * its final buffer: a copy of all of it afterwards would take as long as a third of the encryption.
 */
export function collected(expected: ExpectedLength): Collected {
  /** The buffers of the output. All are full except the last one. */
  let buffers: Uint8Array[] = [];
  /** The number of unused bytes in the last buffer. */
  let free = 0;
  let size = 0;
  let isGuessed = false;
  let isWiped = false;

  const add = (length: number): void => {
    buffers.push(new Uint8Array(length));
    free = length;
  };
  const firstRoom = (): number => {
    const length = expected(new Uint8Array());
    isGuessed = length !== null;
    return length === null || length === 0 ? usualRoom : length;
  };
  const pieces = (): readonly Uint8Array[] =>
    buffers.map((buffer, i) =>
      i === buffers.length - 1 ? buffer.subarray(0, buffer.length - free) : buffer,
    );
  const zero = (): void => {
    for (const buffer of buffers) buffer.fill(0);
  };
  const moveInto = (length: number): void => {
    const whole = joined(pieces(), length);
    zero();
    [buffers, free] = [[whole], length - size];
  };
  const guess = (): void => {
    if (isGuessed || size > mostLookedInto) return;
    const beginning = joined(pieces(), size);
    const length = expected(beginning);
    beginning.fill(0);
    isGuessed = length !== null;
    if (length !== null && length > size) moveInto(length);
  };
  return {
    room: () => {
      if (free === 0) add(size === 0 ? firstRoom() : isGuessed ? usualRoom : laterRoom);
      return buffers.at(-1)?.subarray(-free) ?? new Uint8Array(usualRoom);
    },
    received: (count) => {
      if (isWiped) {
        zero();
        return;
      }
      if (count > free) throw new TypeError("more came than there was room for");
      free -= count;
      size += count;
      guess();
    },
    size: () => size,
    pieces,
    take: () => {
      // Drops a buffer that was made for bytes that did not come.
      if (free === buffers.at(-1)?.length) [buffers, free] = [buffers.slice(0, -1), 0];
      if (buffers.length > 1 || free > 0) moveInto(size);
      const [whole = new Uint8Array()] = buffers;
      [buffers, free] = [[], 0];
      return whole;
    },
    wipe: () => {
      zero();
      isWiped = true;
    },
  };
}

/** The number of first bytes in which it looks for the length. */
const mostLookedInto = 256 * 1024;
/** The length of a new buffer, in bytes, while nobody knows how many will come. */
const usualRoom = 64 * 1024;
const laterRoom = 1 << 20;

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
