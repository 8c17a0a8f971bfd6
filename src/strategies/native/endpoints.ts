import { AgeError } from "../../age/errors";
import { copyInTurns, zeroInTurns } from "../../age/stretches";
import type { Input, Output } from "../strategy";
import { type FileIo, fileSize, truncateFile } from "./fileIo";
import { type BytePlace, readPlace } from "./bytePlace";

/** Returns the length of an input in bytes. */
export function inputSize(input: Input): number {
  return input.kind === "file" ? input.size : input.bytes.length;
}

/**
 * Returns the place of an input's bytes, from `start` on.
 *
 * @param sharing - the threads that will read them. It copies memory that they can't see.
 */
export async function inputPlace(
  input: Input,
  start: number,
  sharing: Sharing,
): Promise<BytePlace> {
  if (input.kind === "file") return { kind: "file", descriptor: input.descriptor, start };
  const bytes = input.bytes.subarray(start);
  const isVisible = sharing === "one thread" || bytes.buffer instanceof SharedArrayBuffer;
  return { kind: "memory", bytes: isVisible ? bytes : await sharedCopy(bytes) };
}

/** The threads that see the memory of an operation: one thread, or several. */
export type Sharing = "one thread" | "threads";

/** Zeroes the copy that {@link inputPlace} made, if it made one. */
export async function wipeCopy(place: BytePlace, input: Input): Promise<void> {
  if (place.kind === "file" || input.kind === "file") return;
  if (place.bytes.buffer !== input.bytes.buffer) await zeroInTurns(place.bytes);
}

/** Checks that a source ends where it did when opened. @throws AgeError "source-changed". */
export async function confirmEnd(input: Input, io: FileIo): Promise<void> {
  if (input.kind === "memory") return;
  const { descriptor, size } = input;
  const place: BytePlace = { kind: "file", descriptor, start: 0 };
  const behind = await readPlace(place, [new Uint8Array(1)], size, io);
  if (behind === 0 && (await fileSize(descriptor)) === size) return;
  throw new AgeError("source-changed", "the file was changed: its length is not what it was");
}

/** An output: its place, and the ways to finish it. */
export interface Target {
  /** Returns the place for the bytes from `start` on. */
  place(start: number): BytePlace;
  /**
   * Finishes the output after everything is written. It cuts a file off at its length. It returns
   * memory in a buffer of exactly that length, and null for a file.
   */
  finish(length: number): Promise<Uint8Array | null>;
  /** Gives the output up after a failure. It zeroes memory instead of returning it. */
  discard(): Promise<void>;
}

/**
 * Makes the target of an output.
 *
 * @param most - the greatest length of the output in bytes. It allocates that much memory.
 */
export function outputTarget(output: Output, most: number, sharing: Sharing): Target {
  if (output.kind === "file") {
    const { descriptor } = output;
    return {
      place: (start) => ({ kind: "file", descriptor, start }),
      finish: async (length) => {
        await truncateFile(descriptor, length);
        return null;
      },
      discard: () => Promise.resolve(),
    };
  }
  const bytes = memoryFor(most, sharing);
  return {
    place: (start) => ({ kind: "memory", bytes: bytes.subarray(start) }),
    finish: async (length) => {
      if (length === most) return bytes;
      const exact = bytes.slice(0, length);
      await zeroInTurns(bytes);
      return exact;
    },
    discard: () => zeroInTurns(bytes),
  };
}

/** Allocates memory. @throws AgeError "too-large" if a file claims a length that does not fit. */
function memoryFor(length: number, sharing: Sharing): Uint8Array {
  try {
    return sharing === "threads" ? sharedMemory(length) : new Uint8Array(length);
  } catch {
    throw new AgeError("too-large", "the result does not fit into memory");
  }
}

/** Allocates memory that all threads see. */
export function sharedMemory(length: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length));
}

async function sharedCopy(bytes: Uint8Array): Promise<Uint8Array> {
  const copy = sharedMemory(bytes.length);
  await copyInTurns(bytes, copy);
  return copy;
}
