import { AgeError } from "../../age/errors";
import { hasErrno, systemFailure } from "../../age/systemFailure";
import type { FileIo } from "./fileIo";

/** A place of bytes: in an open file, from `start` on, or in memory. */
export type BytePlace =
  | { readonly kind: "file"; readonly descriptor: number; readonly start: number }
  | { readonly kind: "memory"; readonly bytes: Uint8Array };

/**
 * Fills the buffers with the bytes at an offset of a place.
 *
 * @returns the number of bytes read: fewer than asked for only where the place ends.
 * @throws AgeError of the file system.
 */
export async function readPlace(
  place: BytePlace,
  into: readonly Uint8Array[],
  offset: number,
  io: FileIo,
): Promise<number> {
  if (place.kind === "memory") return copyOut(place.bytes, into, offset);
  let done = 0;
  for (let rest = into; rest.length > 0; rest = after(into, done)) {
    const from = place.start + offset + done;
    const count = await persistently(io, "read", () => io.read(place.descriptor, rest, from));
    if (count === 0) break;
    done += count;
  }
  return done;
}

/**
 * Writes buffers at an offset of a place.
 *
 * @throws AgeError of the file system.
 */
export async function writePlace(
  place: BytePlace,
  pieces: readonly Uint8Array[],
  offset: number,
  io: FileIo,
): Promise<void> {
  if (place.kind === "memory") {
    let at = offset;
    for (const piece of pieces) {
      place.bytes.set(piece, at);
      at += piece.length;
    }
    return;
  }
  let done = 0;
  for (let rest = pieces; rest.length > 0; rest = after(pieces, done)) {
    const to = place.start + offset + done;
    const count = await persistently(io, "write", () => io.write(place.descriptor, rest, to));
    if (count === 0 && rest.some(({ length }) => length > 0)) {
      throw new AgeError("write-failed", "the file system wrote nothing");
    }
    done += count;
  }
}

/** The number of attempts if a failure may pass, and the first wait between two, in ms. */
const tries = 3;
const waits = 20;
const passing = ["EAGAIN", "EINTR", "EIO", "ETIMEDOUT", "ESTALE", "EBUSY"];

/** Tries exactly the same read or write, up to {@link tries} times, while its failure may pass. */
async function persistently(
  io: FileIo,
  during: "read" | "write",
  attempt: () => number | Promise<number>,
): Promise<number> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (tried === tries || !hasErrno(error, ...passing)) throw systemFailure(error, {}, during);
      await io.wait(waits * tried);
    }
  }
}

function copyOut(bytes: Uint8Array, into: readonly Uint8Array[], offset: number): number {
  let at = offset;
  for (const view of into) {
    const part = bytes.subarray(at, at + view.length);
    view.set(part);
    at += part.length;
  }
  return at - offset;
}

/** Returns the rest of buffers behind their first `done` bytes. */
function after(pieces: readonly Uint8Array[], done: number): readonly Uint8Array[] {
  let skipped = done;
  let first = 0;
  for (let piece; (piece = pieces[first]) !== undefined && piece.length <= skipped; first++) {
    skipped -= piece.length;
  }
  const [head, ...tail] = pieces.slice(first);
  return head === undefined ? [] : [head.subarray(skipped), ...tail];
}
