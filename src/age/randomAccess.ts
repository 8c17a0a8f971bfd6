import { freeMemory } from "./bytes";
import { chunkCount, chunkSize, sealedChunkSize, sealedSize } from "./chunks";
import { AgeError } from "./errors";
import type { Header } from "./header";
import { chunkFailure, payloadCipher, payloadNonceSize, payloadPlaintextSize } from "./payload";
import type { ChunkPosition } from "./source";

/** Reads `length` bytes at a position, or fewer where the file ends. Nobody keeps the result. */
export type ReadAt = (
  position: number,
  length: number,
  signal?: AbortSignal,
) => Promise<Uint8Array>;

/**
 * A file that can be read at any position. It is binary: the line endings of an armored file may
 * vary, so no position in it is known before everything ahead of it was read.
 */
export interface RandomAccessFile {
  readonly format: "binary";
  readonly header: Header;
  /** The length of the whole file in bytes. */
  readonly size: number;
  readonly readAt: ReadAt;
}

/** A reader of any part of a file's plaintext. */
export interface PlaintextReader {
  /** The length of the plaintext in bytes. It is verified. */
  readonly size: number;
  /**
   * Decrypts `length` bytes from `start` on, or fewer where the plaintext ends, into a new buffer.
   * It reads only the chunks that contain them. Callers may read several parts at the same time.
   *
   * @throws AgeError "corrupt-payload".
   */
  read(start: number, length: number, signal?: AbortSignal): Promise<Uint8Array>;
  /** Forgets the key and the plaintext that it keeps. Nothing may be read afterwards. */
  wipe(): void;
}

/**
 * Opens a file for random access. It verifies the last chunk first. The chunk's nonce contains its
 * number and says that it is the last, so the length of the plaintext is beyond doubt.
 *
 * @param fileKey - the caller keeps it.
 * @throws AgeError "corrupt-payload" if the file was cut off or lengthened.
 */
export async function openRandomAccess(
  file: RandomAccessFile,
  fileKey: Uint8Array,
  signal?: AbortSignal,
): Promise<PlaintextReader> {
  const { header, readAt } = file;
  const payloadStart = header.bytes.length;
  const size = payloadPlaintextSize(file.size - payloadStart);
  const nonce = await readAt(payloadStart, payloadNonceSize, signal);
  if (nonce.length < payloadNonceSize) throw cutShort();
  const cipher = payloadCipher(fileKey, nonce);
  const lastIndex = chunkCount(size, chunkSize) - 1;
  /** The chunk that was opened last: the next part often begins where the last one ended. */
  let cached: { readonly index: number; readonly plaintext: Uint8Array } | null = null;

  const drop = (): void => {
    if (cached === null) return;
    cached.plaintext.fill(0);
    // Many small reads would otherwise wait for the garbage collector now and then.
    freeMemory(cached.plaintext);
    cached = null;
  };
  const cache = (index: number, plaintext: Uint8Array): void => {
    drop();
    cached = { index, plaintext };
  };
  const openChunk = (index: number, sealed: Uint8Array): Uint8Array => {
    const position: ChunkPosition = index === lastIndex ? "last" : "inner";
    const plaintext = cipher.open(sealed, index, position);
    if (plaintext === null) throw chunkFailure(cipher, sealed, index, position) ?? cutShort();
    cache(index, plaintext);
    return plaintext;
  };
  const readChunks = async (
    first: number,
    end: number,
    from?: AbortSignal,
  ): Promise<Uint8Array> => {
    const start = first * sealedChunkSize;
    const length = Math.min(end * sealedChunkSize, sealedSize(size)) - start;
    const sealed = await readAt(payloadStart + payloadNonceSize + start, length, from);
    if (sealed.length < length) throw cutShort();
    return sealed;
  };

  async function read(start: number, length: number, from?: AbortSignal): Promise<Uint8Array> {
    const end = Math.min(start + length, size);
    const result = new Uint8Array(Math.max(end - start, 0));
    const put = (index: number, plaintext: Uint8Array): void => {
      const offset = index * chunkSize;
      const part = plaintext.subarray(Math.max(start - offset, 0), end - offset);
      result.set(part, Math.max(offset - start, 0));
    };
    const endIndex = result.length === 0 ? 0 : Math.ceil(end / chunkSize);
    let index = Math.floor(start / chunkSize);
    while (index < endIndex) {
      from?.throwIfAborted();
      if (cached?.index === index) {
        put(index, cached.plaintext);
        index++;
        continue;
      }
      const batchEnd = Math.min(endIndex, index + chunksAtOnce);
      const sealed = await readChunks(index, batchEnd, from);
      for (let at = 0; index < batchEnd; index++, at += sealedChunkSize) {
        put(index, openChunk(index, sealed.subarray(at, at + sealedChunkSize)));
      }
    }
    return result;
  }

  const wipe = (): void => {
    cipher.wipe();
    drop();
  };
  try {
    openChunk(lastIndex, await readChunks(lastIndex, lastIndex + 1, signal));
  } catch (error) {
    wipe();
    throw error;
  }
  return { size, read, wipe };
}

/** The number of chunks that are read together: a mebibyte. */
const chunksAtOnce = 16;

function cutShort(): AgeError {
  return new AgeError("corrupt-payload", "the file is shorter than it was");
}
