import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { Duplex } from "node:stream";
import type { Source } from "../../../age/age";
import { AgeError } from "../../../age/errors";
import { type Collected, collected } from "./outputBuffer";
import type { ExpectedLength } from "./expectedLength";
import { createUnnamed, type StagingFolder } from "./privateFolder";
import { makeNamedPipe, receiveFrom, sendInto } from "./namedPipe";
import { type Reception, receive } from "./socketPair";
import type { Input, Output } from "../../strategy";

/** The way in which the bytes of a document get to a program and back. */
export type Carriage =
  /** Pumped through what the program inherits as stdin and stdout. */
  | "inherited"
  /** Pumped through named pipes. */
  | "named pipes"
  /** In files of a private folder that have no name. */
  | "staged";

/** The input that a program reads. */
export interface ProgramInput {
  /** The file, or bytes to pump; null where there is only a path. */
  readonly stdin: number | Uint8Array | null;
  /** A path under which the program finds the file or the pipe. */
  readonly path: string;
  /** Its length in bytes. */
  readonly size: number;
  /** All of it, from the beginning. Its pieces are the caller's. */
  source(): Source;
  /** @throws AgeError "source-changed" if it has another length by now. */
  confirmSize(): Promise<void>;
  close(): Promise<void>;
}

/** The output that a program writes. */
export interface ProgramOutput {
  /**
   * The file, or a socket that leads to what collects what comes; null where there is only a path.
   */
  readonly stdout: number | Duplex | null;
  /** A path under which the program finds the file or the pipe. */
  readonly path: string;
  /** Waits, when the program has ended, until all that it wrote has come. */
  drained(signal: AbortSignal): Promise<void>;
  /** Counts the bytes that have come. */
  size(): Promise<number>;
  /** The first bytes that have come, for whoever looks into them. Its pieces are the caller's. */
  pieces(): AsyncGenerator<Uint8Array>;
  /** Returns what has come, in a buffer of its own; null where it is the caller's file. */
  take(): Promise<Uint8Array | null>;
  /** Zeroes what was collected, unless it was taken. */
  close(): Promise<void>;
}

/**
 * Opens what a program is to read. A file gets a position of its own, at its beginning.
 *
 * @param staging - a private folder, if one is needed.
 * @param bufferSize - how many bytes are pumped at a time.
 */
export async function openInput(
  input: Input,
  carriage: Carriage,
  staging: () => Promise<StagingFolder>,
  bufferSize: number,
): Promise<ProgramInput> {
  if (input.kind === "file") {
    const handle = await reopened(input.descriptor, constants.O_RDONLY);
    const end = { stdin: handle.fd, path: pathOf(handle), size: input.size };
    const confirmSize = async (): Promise<void> => {
      if ((await handle.stat()).size === input.size) return;
      throw new AgeError("source-changed", "the file's length is not what it was");
    };
    const source = (): Source => piecesOf(handle);
    return { ...end, source, confirmSize, close: () => handle.close() };
  }
  const { bytes } = input;
  const confirmSize = (): Promise<void> => Promise.resolve();
  const own = { size: bytes.length, source: () => [bytes], confirmSize };
  if (carriage === "inherited") {
    return { ...own, stdin: bytes, path: "", close: () => Promise.resolve() };
  }
  if (carriage === "named pipes") {
    const path = await makeNamedPipe(await staging(), "in");
    const sending = sendInto(path, bytes, bufferSize);
    return { ...own, stdin: null, path, close: () => sending.close() };
  }
  const handle = await createUnnamed(await staging(), bytes);
  return { ...own, stdin: handle.fd, path: pathOf(handle), close: () => handle.close() };
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
    return { ...fileOutput(handle), take: () => Promise.resolve(null) };
  }
  const folder = await staging();
  if (carriage === "staged") return fileOutput(await createUnnamed(folder, new Uint8Array()));
  const bytes = collected(expected);
  if (carriage === "inherited") {
    const reception = await receive(folder, bytes);
    return collectingOutput(bytes, reception, { stdout: reception.programEnd, path: "" });
  }
  const path = await makeNamedPipe(folder, "out");
  return collectingOutput(bytes, await receiveFrom(path, bytes), { stdout: null, path });
}

function collectingOutput(
  bytes: Collected,
  reception: Reception,
  end: Pick<ProgramOutput, "stdout" | "path">,
): ProgramOutput {
  return {
    ...{ ...end, drained: (signal) => reception.drained(signal) },
    size: () => Promise.resolve(bytes.size()),
    pieces: async function* () {
      yield* await Promise.resolve(bytes.pieces());
    },
    take: async () => {
      // What comes from now on must not come into it.
      await reception.close();
      return bytes.take();
    },
    close: async () => {
      await reception.close().finally(() => {
        bytes.wipe();
      });
    },
  };
}

/** Yields what a file holds, in pieces that are the caller's. */
async function* piecesOf(handle: FileHandle): AsyncGenerator<Uint8Array> {
  for (let position = 0, count: number; ; position += count) {
    const piece = new Uint8Array(pieceSize);
    count = (await handle.read(piece, 0, piece.length, position)).bytesRead;
    if (count === 0) return;
    yield piece.subarray(0, count);
  }
}

function fileOutput(handle: FileHandle): ProgramOutput {
  const size = async (): Promise<number> => (await handle.stat()).size;
  return {
    ...{ stdout: handle.fd, path: pathOf(handle), drained: () => Promise.resolve(), size },
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

const pieceSize = 64 * 1024;

/** Opens an open file once more: the copy of a descriptor would share its position. */
function reopened(descriptor: number, flags: number): Promise<FileHandle> {
  return open(`/proc/self/fd/${descriptor}`, flags);
}

/** A path under which other processes of ours find an open file (proc(5), /proc/pid/fd). */
function pathOf(handle: FileHandle): string {
  return `/proc/${process.pid}/fd/${handle.fd}`;
}
