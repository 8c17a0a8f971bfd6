import { turn } from "./turns";

/** The bytes to copy or zero before the event loop turns: about a millisecond's worth. */
const stretch = 1024 * 1024;

/** Copies bytes without blocking the event loop for long. */
export async function copyInTurns(bytes: Uint8Array, into: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; at += stretch) {
    if (at > 0) await turn();
    into.set(bytes.subarray(at, at + stretch), at);
  }
}

/** Zeroes bytes without blocking the event loop for long. */
export async function zeroInTurns(bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; at += stretch) {
    if (at > 0) await turn();
    bytes.fill(0, at, at + stretch);
  }
}
