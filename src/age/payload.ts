import { copyOf } from "./bytes";
import {
  chunkCount,
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

/** The length of the nonce at the start of a payload, in bytes. */
export const payloadNonceSize = 16;

/** A cipher for the chunks of one payload (age.md, Payload: STREAM), in any order. */
export interface PayloadCipher {
  /** Encrypts a chunk into a new buffer. */
  seal(plaintext: Uint8Array, index: number, position: ChunkPosition): Uint8Array;
  /** Decrypts a chunk into a new buffer. Returns null if it is not the one sealed there. */
  open(ciphertext: Uint8Array, index: number, position: ChunkPosition): Uint8Array | null;
  /** Forgets the payload key. */
  wipe(): void;
}

/**
 * Derives the payload key from a file key and a nonce: 32 bytes, which the caller wipes.
 *
 * @param payloadNonce - the nonce, as far as the file has it.
 * @throws AgeError "corrupt-payload" if the file ends within it.
 */
export function derivePayloadKey(fileKey: Uint8Array, payloadNonce: Uint8Array): Uint8Array {
  if (payloadNonce.length < payloadNonceSize) throw corrupt("the file ends before its payload");
  return hkdf(fileKey, payloadNonce, "payload");
}

/** Makes the cipher for a file key and a payload's nonce. */
export function payloadCipher(fileKey: Uint8Array, payloadNonce: Uint8Array): PayloadCipher {
  const key = derivePayloadKey(fileKey, payloadNonce);
  try {
    return cipherOfPayloadKey(key);
  } finally {
    key.fill(0);
  }
}

/** Makes the cipher for a payload key, which it copies. */
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
 * @param fileKey - the caller keeps it. It must not change before the first piece has come.
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

/** Encrypts the part of a payload after its nonce: one piece for each chunk. */
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
 * Decrypts a payload chunk by chunk. Each piece that it yields is verified, but a failure may still
 * follow. Only the end proves that the file was whole.
 *
 * @param fileKey - the caller keeps it. It must not change before the first piece has come.
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
    cipher = payloadCipher(fileKey, await reader.take(payloadNonceSize));
    yield* openChunks(cipher, reader, signal);
  } finally {
    cipher?.wipe();
    await reader.return();
  }
}

/** Decrypts the part of a payload after its nonce, as {@link openPayload} does. */
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
 * Returns the reason why a chunk does not open, as an AgeError "corrupt-payload", or null if it
 * opens.
 *
 * @param sealed - the chunk as the file has it, so it may be too short.
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
 * Tells whether a full chunk is intact except for its position. If it is, the file was cut off or
 * lengthened after encryption.
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
 * Computes the exact length of a payload's plaintext in bytes, without a key.
 *
 * @param payloadSize - length of everything after the header, without armor, in bytes.
 * @throws AgeError "corrupt-payload" if no payload has this length.
 */
export function payloadPlaintextSize(payloadSize: number): number {
  const sealed = payloadSize - payloadNonceSize;
  const chunks = chunkCount(sealed, sealedChunkSize);
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
 * Makes a function that lets the event loop turn now and then. Called once for each chunk, it does
 * so about every millisecond or two with any engine. A source in memory would otherwise block the
 * loop.
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
