import { concat, hexOf } from "../bytes";
import { chunkSize, sealedChunkSize } from "../chunks";
import { type EngineImplementation, type Run, tagSize } from "./engine";

/** Tells whether an engine gives known answers, opens what it sealed, and refuses changed bytes. */
export function passesKnownAnswers(engine: EngineImplementation): boolean {
  try {
    return knowsMessage(engine) && knowsRun(engine);
  } catch {
    return false;
  }
}

const key = Uint8Array.from({ length: 32 }, (_, i) => 0x80 + i);

/** The result of sealing sixteen zeros under that key and a nonce of zeros. */
const sealedZeros = "2a5c1aad3e5aeecbcd3125ffa4ddad2adb5488427a3138f072114943b892b99a";

function knowsMessage(engine: EngineImplementation): boolean {
  const cipher = engine.aead(key);
  const nonce = new Uint8Array(12);
  const sealed = cipher.seal(nonce, new Uint8Array(tagSize));
  if (hexOf(sealed) !== sealedZeros) return false;
  if (cipher.open(nonce, sealed)?.every((byte) => byte === 0) !== true) return false;
  sealed[0] = (sealed[0] ?? 0) ^ 1;
  const refused = cipher.open(nonce, sealed) === null;
  cipher.wipe();
  return refused;
}

/** The tags of a run of two chunks. They vouch for all of its bytes. */
const tags = ["b7ab37cd25f27a2f9d96739d45ba957a", "6ec4d71129d335a14586885e58dc9113"];
const lastLength = 100;
/** The first chunk's index. It has more than 32 bits, to find an engine that counts with fewer. */
const firstIndex = 2 ** 32 + 5;
const plaintextByte = (i: number): number => (i * 7 + (i >> 8)) & 0xff;

function knowsRun(engine: EngineImplementation): boolean {
  const cipher = engine.chunkRuns(key, 1, 2);
  const [buffer = new Uint8Array(0)] = cipher.buffers;
  const run = (length: number): Run => ({ buffer, length, index: firstIndex, position: "last" });
  const last = buffer.subarray(sealedChunkSize);
  for (let i = 0; i < chunkSize; i++) buffer[i] = plaintextByte(i);
  for (let i = 0; i < lastLength; i++) last[i] = plaintextByte(chunkSize + i);

  const sealed = concat(cipher.seal(run(chunkSize + lastLength)));
  const ends = [sealedChunkSize, sealed.length];
  if (!ends.every((end, i) => hexOf(sealed.subarray(end - tagSize, end)) === tags[i])) return false;

  buffer.set(sealed);
  const opened = cipher.open(run(sealed.length));
  const plaintext = concat(opened.pieces);
  if (opened.failed !== null || plaintext.length !== chunkSize + lastLength) return false;
  if (!plaintext.every((byte, i) => byte === plaintextByte(i))) return false;

  buffer.set(sealed);
  last[lastLength] = (last[lastLength] ?? 0) ^ 1;
  const refused = cipher.open(run(sealed.length));
  const isRefused = refused.failed === 1 && refused.pieces.length === 1;
  cipher.wipe();
  return isRefused;
}
