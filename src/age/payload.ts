import { copyOf } from "./bytes";
import {
  chunkNonceSize,
  chunkSize,
  sealedChunkSize,
  setChunkNonce,
  smallestSealedChunk,
} from "./chunks";
import { tagSize } from "./engines/engine";
import { aead, engine } from "./engines/engineChoice";
import { AgeError } from "./errors";
import { hkdf } from "./primitives";
import { type ChunkPosition, chunksOf, type Source, SourceReader } from "./source";
import { turn } from "./turns";

/** Length of the nonce that the payload begins with, in bytes. */
export const payloadNonceSize = 16;

/** Seals and opens the chunks of one payload (age.md, Payload: STREAM), in any order. */
export interface PayloadCipher {
  /** Encrypts a chunk into a buffer of its own. */
  seal(plaintext: Uint8Array, index: number, position: ChunkPosition): Uint8Array;
  /** Decrypts a chunk into a buffer of its own; null if it is not what was sealed there. */
  open(ciphertext: Uint8Array, index: number, position: ChunkPosition): Uint8Array | null;
  /** Forgets the payload key. */
  wipe(): void;
}

/** Derives the payload key of a file key and a payload's nonce: 32 bytes, the caller's to wipe. */
export function derivePayloadKey(fileKey: Uint8Array, payloadNonce: Uint8Array): Uint8Array {
  return hkdf(fileKey, payloadNonce, "payload");
}

/** The cipher of a file key and a payload's nonce. */
export function payloadCipher(fileKey: Uint8Array, payloadNonce: Uint8Array): PayloadCipher {
  const key = derivePayloadKey(fileKey, payloadNonce);
  try {
    return cipherOfPayloadKey(key);
  } finally {
    key.fill(0);
  }
}

/** The cipher of a payload key, which is copied. */
export function cipherOfPayloadKey(payloadKey: Uint8Array, by = engine()): PayloadCipher {
  const cipher = aead(payloadKey, by);
  const nonce = new Uint8Array(chunkNonceSize);
  return {
    seal: (plaintext, index, position) => {
      setChunkNonce(nonce, index, position);
      return cipher.seal(nonce, plaintext);
    },
    open: (ciphertext, index, position) => {
      setChunkNonce(nonce, index, position);
      return cipher.open(nonce, ciphertext);
    },
    wipe: () => {
      cipher.wipe();
    },
  };
}

/**
 * Encrypts a payload: its nonce, then one piece for each chunk.
 *
 * @param fileKey - stays the caller's, and must not change before the first piece has come.
 * @param payloadNonce - 16 random bytes, never used twice with the same file key.
 */
export async function* sealPayload(
  fileKey: Uint8Array,
  payloadNonce: Uint8Array,
  plaintext: Source,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const reader = new SourceReader(plaintext, signal);
  const cipher = payloadCipher(fileKey, payloadNonce);
  try {
    yield copyOf(payloadNonce);
    yield* sealChunks(cipher, reader, signal);
  } finally {
    cipher.wipe();
    await reader.return();
  }
}

/** Encrypts what follows the nonce of a payload: one piece for each chunk. */
export async function* sealChunks(
  cipher: PayloadCipher,
  plaintext: Source,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const pause = pauses();
  let index = 0;
  for await (const { bytes, position } of chunksOf(plaintext, chunkSize)) {
    signal?.throwIfAborted();
    yield cipher.seal(bytes, index++, position);
    await pause();
  }
}

/**
 * Decrypts a payload, chunk by chunk. What it hands out has been verified, but may be followed by a
 * failure: only its end says that the file was whole.
 *
 * @param fileKey - stays the caller's, and must not change before the first piece has come.
 * @throws AgeError "corrupt-payload".
 */
export async function* openPayload(
  fileKey: Uint8Array,
  payload: Source,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const reader = new SourceReader(payload, signal);
  let cipher: PayloadCipher | undefined;
  try {
    const nonce = await reader.take(payloadNonceSize);
    if (nonce.length < payloadNonceSize) throw corrupt("the file ends before its payload");
    cipher = payloadCipher(fileKey, nonce);
    yield* openChunks(cipher, reader, signal);
  } finally {
    cipher?.wipe();
    await reader.return();
  }
}

/** Decrypts what follows the nonce of a payload, as {@link openPayload} does. */
export async function* openChunks(
  cipher: PayloadCipher,
  sealed: Source,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const pause = pauses();
  let index = 0;
  for await (const { bytes, position } of chunksOf(sealed, sealedChunkSize)) {
    signal?.throwIfAborted();
    if (bytes.length < smallestSealedChunk(index)) throw corrupt("the last chunk is cut short");
    const plaintext = cipher.open(bytes, index, position);
    if (plaintext === null) {
      const intact = openMisplaced(cipher, bytes, index, position);
      if (intact !== null) yield intact;
      throw damaged(intact !== null, position);
    }
    if (plaintext.length > 0) yield plaintext;
    index++;
    await pause();
  }
}

/**
 * Why a chunk does not open, as an AgeError "corrupt-payload"; null if it does.
 *
 * @param sealed - the chunk at this place, as long as the file has it.
 */
export function chunkFailure(
  cipher: PayloadCipher,
  sealed: Uint8Array,
  index: number,
  position: ChunkPosition,
): AgeError | null {
  if (sealed.length < smallestSealedChunk(index)) return corrupt("the last chunk is cut short");
  const plaintext = cipher.open(sealed, index, position);
  if (plaintext !== null) {
    plaintext.fill(0);
    return null;
  }
  return damaged(isMisplaced(cipher, sealed, index, position), position);
}

/**
 * Tells whether a full chunk is intact but for its position. The file was then cut off after it, or
 * lengthened, since it was encrypted.
 */
export function isMisplaced(
  cipher: PayloadCipher,
  sealed: Uint8Array,
  index: number,
  position: ChunkPosition,
): boolean {
  const plaintext = openMisplaced(cipher, sealed, index, position);
  plaintext?.fill(0);
  return plaintext !== null;
}

/**
 * The exact length of the plaintext in a payload, without a key.
 *
 * @param payloadSize - length of all that follows the header, decoded from armor, in bytes.
 * @throws AgeError "corrupt-payload" if no payload has this length.
 */
export function payloadPlaintextSize(payloadSize: number): number {
  const sealed = payloadSize - payloadNonceSize;
  const chunks = Math.max(Math.ceil(sealed / sealedChunkSize), 1);
  const last = sealed - (chunks - 1) * sealedChunkSize;
  if (last < smallestSealedChunk(chunks - 1)) throw corrupt("no payload has this length");
  return sealed - chunks * tagSize;
}

/** Opens a full chunk that was sealed for the other position. */
function openMisplaced(
  cipher: PayloadCipher,
  sealed: Uint8Array,
  index: number,
  position: ChunkPosition,
): Uint8Array | null {
  if (sealed.length < sealedChunkSize) return null;
  return cipher.open(sealed, index, position === "last" ? "inner" : "last");
}

function damaged(isIntact: boolean, position: ChunkPosition): AgeError {
  if (!isIntact) return corrupt("a chunk is not what was encrypted there");
  return corrupt(position === "last" ? "the file is cut short" : "something follows the end");
}

/**
 * A function that lets the event loop turn now and then: when called once for each chunk, about
 * every millisecond or two with any engine. A source in memory would block it otherwise.
 */
function pauses(): () => Promise<void> | undefined {
  const chunks = engine() === "portable" ? 4 : 16;
  let count = 0;
  return () => {
    return ++count % chunks === 0 ? turn() : undefined;
  };
}

function corrupt(message: string): AgeError {
  return new AgeError("corrupt-payload", message);
}
