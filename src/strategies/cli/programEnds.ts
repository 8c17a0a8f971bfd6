import { constants } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import type { Source } from "../../age/age";
import { AgeError } from "../../age/errors";
import { collected } from "./collected";
import type { ExpectedLength } from "./expectedLength";
import { createMemoryFile, createStaged, type StagingFolder, writeAll } from "./ramFolder";
import type { Input, Output } from "../strategy";

/** How the bytes of a document get to a program and back. */
export type Carriage =
  /** Pumped through stdin and stdout. */
  | "pumped"
  /** In files in memory that have no name. */
  | "unnamed files"
  /** In files of a private folder. */
  | "named files";

/** What a program reads. */
export interface ProgramInput {
  /** The file, or the bytes that are pumped. */
  readonly stdin: number | Uint8Array;
  /** A path under which the program finds the file. */
  readonly path: string;
  /** Its length in bytes. */
  readonly size: number;
  /** All of it, from the beginning. Its pieces are the caller's. */
  source(): Source;
  /** @throws AgeError "source-changed" if it has another length by now. */
  confirmSize(): Promise<void>;
  close(): Promise<void>;
}

/** What a program writes. */
export interface ProgramOutput {
  /** The file, or who collects what comes. */
  readonly stdout: number | ((piece: Uint8Array) => void);
  readonly path: string;
  /** How many bytes have come. */
  size(): Promise<number>;
  /** The first bytes that have come, for whoever looks into them. Its pieces are the caller's. */
  pieces(): AsyncGenerator<Uint8Array>;
  /** What has come: a buffer of its own, or null where it is the caller's file. */
  take(): Promise<Uint8Array | null>;
  /** Zeroes what was collected, unless it was taken. */
  close(): Promise<void>;
}

/** Opens what a program is to read. A file gets a position of its own, at its beginning. */
export async function openInput(
  input: Input,
  carriage: Carriage,
  staging: () => Promise<StagingFolder>,
): Promise<ProgramInput> {
  if (input.kind === "file") {
    const handle = await reopened(input.descriptor, constants.O_RDONLY);
    const end = { stdin: handle.fd, path: pathOf(handle), size: input.size };
    const confirmSize = async (): Promise<void> => {
      if ((await handle.stat()).size === input.size) return;
      throw new AgeError("source-changed", "the file has another length than before");
    };
    const source = (): Source => piecesOf(handle);
    return { ...end, source, confirmSize, close: () => handle.close() };
  }
  const { bytes } = input;
  const confirmSize = (): Promise<void> => Promise.resolve();
  const own = { size: bytes.length, source: () => [bytes], confirmSize };
  if (carriage === "pumped") {
    return { ...own, stdin: bytes, path: "", close: () => Promise.resolve() };
  }
  if (carriage === "unnamed files") {
    const handle = await createMemoryFile(await staging(), bytes);
    return { ...own, stdin: handle.fd, path: pathOf(handle), close: () => handle.close() };
  }
  const { path, handle } = await createStaged(await staging());
  const close = async (): Promise<void> => {
    await handle.close();
    await rm(path, { force: true });
  };
  const end = { ...own, stdin: handle.fd, path, close };
  try {
    await writeAll(handle, bytes);
    return end;
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens what a program is to write. A file is emptied. */
export async function openOutput(
  output: Output,
  carriage: Carriage,
  staging: () => Promise<StagingFolder>,
  expected: ExpectedLength,
): Promise<ProgramOutput> {
  if (output.kind === "file") {
    const handle = await reopened(output.descriptor, constants.O_RDWR);
    try {
      await handle.truncate(0);
    } catch (error) {
      await handle.close();
      throw error;
    }
    return { ...fileOutput(handle, pathOf(handle)), take: () => Promise.resolve(null) };
  }
  if (carriage === "pumped") return collected(expected);
  if (carriage === "unnamed files") {
    const handle = await createMemoryFile(await staging(), new Uint8Array());
    return fileOutput(handle, pathOf(handle));
  }
  const { path, handle } = await createStaged(await staging());
  const file = fileOutput(handle, path);
  const close = async (): Promise<void> => {
    await file.close();
    await rm(path, { force: true });
  };
  return { ...file, close };
}

/** What a file holds, in pieces that are the caller's. */
async function* piecesOf(handle: FileHandle): AsyncGenerator<Uint8Array> {
  for (let position = 0, count: number; ; position += count) {
    const piece = new Uint8Array(pieceSize);
    count = (await handle.read(piece, 0, piece.length, position)).bytesRead;
    if (count === 0) return;
    yield piece.subarray(0, count);
  }
}

function fileOutput(handle: FileHandle, path: string): ProgramOutput {
  const size = async (): Promise<number> => (await handle.stat()).size;
  return {
    stdout: handle.fd,
    path,
    size,
    pieces: () => piecesOf(handle),
    take: async () => {
      const bytes = new Uint8Array(await size());
      for (let at = 0; at < bytes.length;) {
        const { bytesRead } = await handle.read(bytes, at, bytes.length - at, at);
        if (bytesRead === 0) throw new TypeError("the output became shorter");
        at += bytesRead;
      }
      return bytes;
    },
    close: () => handle.close(),
  };
}

const pieceSize = 1 << 20;

/** Opens an open file once more: the copy of a descriptor would share its position. */
function reopened(descriptor: number, flags: number): Promise<FileHandle> {
  return open(`/proc/self/fd/${descriptor}`, flags);
}

/** A path under which other processes of ours find an open file (proc(5), /proc/pid/fd). */
function pathOf(handle: FileHandle): string {
  return `/proc/${process.pid}/fd/${handle.fd}`;
}
