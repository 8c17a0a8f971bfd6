import { isDeepStrictEqual } from "node:util";
import { afterEach, beforeEach, expect, onTestFinished } from "vitest";
import type { Engine } from "../../src/age/engines/engine";
import { forceEngine } from "../../src/age/engines/engineChoice";
import type { AgeError, AgeErrorCode } from "../../src/age/errors";

export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
export const bytes = (string: string): Uint8Array => new TextEncoder().encode(string);

/** The plaintext sizes around the ends of chunks (64 KiB). */
export const boundarySizes = [0, 1, 65535, 65536, 65537, 131072];

/** Makes a plaintext of this length whose chunks all differ. */
export function plaintextOf(size: number): Uint8Array {
  const plaintext = new Uint8Array(size);
  let state = size + 1;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    plaintext[i] = state >>> 24;
  }
  return plaintext;
}

/**
 * Yields the bytes in pieces of a length, as Buffers, whose `slice` does not copy. All pieces share
 * one buffer, which the next piece overwrites: a source may do that.
 */
export async function* inPieces(whole: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(length);
  for (let start = 0; start < whole.length; start += length) {
    const piece = whole.subarray(start, start + length);
    buffer.set(piece);
    yield buffer.subarray(0, piece.length);
    await Promise.resolve();
    buffer.fill(0xaa);
  }
}

/** Reads a source and keeps the pieces before its failure. */
export async function released(
  source: AsyncIterable<Uint8Array>,
): Promise<{ plaintext: Uint8Array; error: unknown }> {
  const pieces: Uint8Array[] = [];
  let error: unknown = null;
  try {
    for await (const piece of source) pieces.push(piece);
  } catch (thrown) {
    error = thrown;
  }
  return { plaintext: Buffer.concat(pieces), error };
}

/** Asserts that bytes are equal, without printing megabytes if they are not. */
export function expectBytes(actual: Uint8Array, expected: Uint8Array): void {
  expect(actual.length).toBe(expected.length);
  expect(Buffer.compare(actual, expected)).toBe(0);
}

/**
 * Matches an AgeError by its code and facts, for `toThrow`, `rejects.toThrow` and `toEqual`. The
 * names of a cause (`damage`, `fault`) may be left out: they only choose a next step.
 */
export function ageError(code: AgeErrorCode, facts: AgeError["facts"] = {}): unknown {
  const asymmetricMatch = (other: AgeError["facts"]): boolean => {
    const { damage, fault, ...rest } = other;
    const cause = { ...(damage && { damage }), ...(fault && { fault }) };
    const given = Object.entries(cause).filter(([name]) => name in facts);
    return isDeepStrictEqual({ ...Object.fromEntries(given), ...rest }, facts);
  };
  return expect.objectContaining({ name: "AgeError", code, facts: { asymmetricMatch } });
}

/** Lets one engine do the work in the tests of a suite. */
export function useEngine(engine: Engine): void {
  beforeEach(() => {
    forceEngine(engine);
  });
  afterEach(() => {
    forceEngine(null);
  });
}

/** Watches the event loop until the test ends. @returns a function that counts its turns. */
export function loopTurns(): () => number {
  let turns = 0;
  let isWatched = true;
  const turn = (): void => {
    turns++;
    if (isWatched) setImmediate(turn);
  };
  setImmediate(turn);
  onTestFinished(() => {
    isWatched = false;
  });
  return () => turns;
}
