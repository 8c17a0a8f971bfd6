import { copyOf } from "./bytes";
import { AgeError } from "./errors";
import { aead, engine, hkdf, tagSize } from "./primitives";
import { type ChunkPosition, chunksOf, type Source, SourceReader } from "./source";

/** Length of a chunk's plaintext in bytes; only the last chunk is shorter. */
export const chunkSize = 64 * 1024;

/** Length of a sealed chunk in bytes. */
export const sealedChunkSize = chunkSize + tagSize;

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

/** Derives the payload key of a file key and a payload's nonce. */
export function payloadCipher(fileKey: Uint8Array, payloadNonce: Uint8Array): PayloadCipher {
  const key = hkdf(fileKey, payloadNonce, "payload");
  const cipher = aead(key);
  key.fill(0);
  const nonce = new Uint8Array(12);
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
    const pause = pauses();
    let index = 0;
    for await (const { bytes, position } of chunksOf(reader, chunkSize)) {
      signal?.throwIfAborted();
      yield cipher.seal(bytes, index++, position);
      await pause();
    }
  } finally {
    cipher.wipe();
    await reader.return();
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
    const pause = pauses();
    let index = 0;
    for await (const { bytes, position } of chunksOf(reader, sealedChunkSize)) {
      signal?.throwIfAborted();
      if (bytes.length < smallestChunk(index)) throw corrupt("the last chunk is cut short");
      let plaintext = cipher.open(bytes, index, position);
      let surprise: string | null = null;
      if (plaintext === null && bytes.length === sealedChunkSize) {
        // A full chunk may have been sealed for the other position: then it is intact, and the
        // file was cut off after it, or lengthened.
        plaintext = cipher.open(bytes, index, position === "last" ? "inner" : "last");
        surprise = position === "last" ? "the file is cut short" : "something follows the end";
      }
      if (plaintext === null) throw corrupt("a chunk is not what was encrypted there");
      if (plaintext.length > 0) yield plaintext;
      if (surprise !== null) throw corrupt(surprise);
      index++;
      await pause();
    }
  } finally {
    cipher?.wipe();
    await reader.return();
  }
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
  if (last < smallestChunk(chunks - 1)) throw corrupt("no payload has this length");
  return sealed - chunks * tagSize;
}

/** The last chunk may be empty only if it is the first one too (age.md, Payload). */
function smallestChunk(index: number): number {
  return index === 0 ? tagSize : tagSize + 1;
}

/** A counter of 11 bytes, big endian, and a byte that is 1 in the last chunk (age.md, Payload). */
function setChunkNonce(nonce: Uint8Array, index: number, position: ChunkPosition): void {
  let rest = index;
  for (let at = 10; at >= 0; at--) {
    nonce[at] = rest % 0x100;
    rest = Math.floor(rest / 0x100);
  }
  nonce[11] = position === "last" ? 1 : 0;
}

/**
 * A function that lets the event loop turn now and then: when called once for each chunk, about
 * every millisecond or two with either engine. A source in memory would block it otherwise.
 */
function pauses(): () => Promise<void> | undefined {
  const chunks = engine() === "openssl" ? 16 : 4;
  let count = 0;
  return () => {
    if (++count % chunks !== 0) return undefined;
    return new Promise<void>((resolve) => setImmediate(resolve));
  };
}

function corrupt(message: string): AgeError {
  return new AgeError("corrupt-payload", message);
}
