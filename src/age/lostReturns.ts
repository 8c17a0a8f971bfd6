import { carriageReturn, lineFeed } from "./ascii";
import { concat } from "./bytes";
import { sealedChunkSize } from "./chunks";
import { countReturns } from "./damage";
import { AgeError } from "./errors";
import { openPayload, payloadNonceSize } from "./payload";
import { collect } from "./source";
import { turn } from "./turns";

/**
 * Tells whether a payload of one chunk opens with carriage returns put back before some of its line
 * feeds. If it does, their removal damaged it. It tries the likeliest places first, and only so
 * many that it ends within a moment.
 */
export async function opensWithReturns(
  fileKey: Uint8Array,
  payload: Uint8Array,
  signal?: AbortSignal,
): Promise<boolean> {
  if (payload.length > payloadNonceSize + sealedChunkSize || countReturns(payload) > 0)
    return false;
  const places = placesOf(payload);
  const tries = Math.min(mostTries, Math.floor(mostBytes / Math.max(payload.length, 1)));
  let tried = 0;
  for (let count = 1; count <= places.length; count++) {
    for (const chosen of choices(places, count)) {
      if (tried++ === tries) return false;
      if (tried % triesPerTurn === 0) await turn();
      signal?.throwIfAborted();
      if (await opens(fileKey, withReturns(payload, chosen))) return true;
    }
  }
  return false;
}

const mostTries = 2000;
const mostBytes = 64 * 1024 * 1024;
const triesPerTurn = 8;

function placesOf(payload: Uint8Array): readonly number[] {
  return [...payload.keys()].filter((index) => payload[index] === lineFeed);
}

/** Yields all choices of so many of these places, each in ascending order. */
function* choices(places: readonly number[], count: number): Generator<readonly number[]> {
  if (count === 0) yield [];
  for (let first = 0; count > 0 && first <= places.length - count; first++) {
    const place = places.slice(first, first + 1);
    for (const rest of choices(places.slice(first + 1), count - 1)) yield [...place, ...rest];
  }
}

function withReturns(payload: Uint8Array, places: readonly number[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let start = 0;
  for (const place of places) {
    parts.push(payload.subarray(start, place), Uint8Array.of(carriageReturn));
    start = place;
  }
  return concat([...parts, payload.subarray(start)]);
}

async function opens(fileKey: Uint8Array, payload: Uint8Array): Promise<boolean> {
  try {
    (await collect(openPayload(fileKey, [payload]))).fill(0);
    return true;
  } catch (error) {
    if (error instanceof AgeError) return false;
    throw error;
  }
}
