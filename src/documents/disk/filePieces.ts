import { open, type FileHandle } from "node:fs/promises";
import { translatedRead } from "./diskFailures";

/** Reads a file in pieces of at most 1 MiB. */
export async function* readPieces(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const handle = await translatedRead(path, () => open(path, "r"));
  try {
    yield* piecesOf(path, handle, signal);
  } finally {
    await handle.close();
  }
}

/** Reads an open file in pieces, and leaves it open. @param longest - of a piece, in bytes. */
export async function* piecesOf(
  path: string,
  handle: FileHandle,
  signal?: AbortSignal,
  longest = 1 << 20,
): AsyncGenerator<Uint8Array> {
  for (let position = 0; ;) {
    signal?.throwIfAborted();
    const piece = new Uint8Array(longest);
    const { bytesRead } = await translatedRead(path, () =>
      handle.read(piece, 0, piece.length, position),
    );
    if (bytesRead === 0) return;
    position += bytesRead;
    yield piece.subarray(0, bytesRead);
  }
}
