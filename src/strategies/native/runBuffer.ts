import { chunkSize, sealedChunkSize } from "../../age/chunks";
import type { Run } from "../../age/engines/engine";
import { AgeError } from "../../age/errors";
import type { FileIo } from "./fileIo";
import { type BytePlace, readPlace } from "./bytePlace";
import type { RunPlace } from "./runPlan";

/** Returns the places of the plaintext in a run's buffer: at the start of each slot. */
export function plaintextSlots(
  buffer: Uint8Array,
  { chunks, plaintext }: RunPlace,
): readonly Uint8Array[] {
  return Array.from({ length: chunks }, (_, i) => {
    const start = i * sealedChunkSize;
    return buffer.subarray(start, start + Math.min(plaintext.length - i * chunkSize, chunkSize));
  });
}

/** Makes the run for a place, in an engine's buffer. @param length - its length in bytes. */
export function inBuffer(
  buffer: Uint8Array,
  { index, position }: Pick<RunPlace, "index" | "position">,
  length: number,
): Run {
  return { buffer, length, index, position };
}

/** Fills the buffers from a place. @throws AgeError "source-changed" if there is less. */
export async function readAll(
  place: BytePlace,
  into: readonly Uint8Array[],
  offset: number,
  io: FileIo,
): Promise<void> {
  const expected = into.reduce((length, view) => length + view.length, 0);
  if ((await readPlace(place, into, offset, io)) < expected) {
    throw sourceChanged("it became shorter while it was read");
  }
}

/** Makes the error for a file that has changed in the meantime. */
export function sourceChanged(how: string): AgeError {
  return new AgeError("source-changed", `the file was changed: ${how}`);
}
