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
  /** Pumped through the stdin and stdout that the program inherits. */
  | "inherited"
  /** Pumped through named pipes. */
  | "named pipes"
  /** In files without a name in a private folder. */
  | "staged";

/** The input that a program reads. */
export interface ProgramInput {
  /** The file, or bytes to pump; null if there is only a path. */
  readonly stdin: number | Uint8Array | null;
  /** A path under which the program finds the file or the pipe. */
  readonly path: string;
  /** The length in bytes. */
  readonly size: number;
  /** Returns all of it, from the beginning. The pieces stay valid. */
  source(): Source;
  /** Checks the length. @throws AgeError "source-changed" if it is another by now. */
  confirmSize(): Promise<void>;
  close(): Promise<void>;
}

/** The output that a program writes. */
export interface ProgramOutput {
  /**
   * The file, or a socket to the collector of the output; null if there is only a path.
   */
  readonly stdout: number | Duplex | null;
  /** A path under which the program finds the file or the pipe. */
  readonly path: string;
  /** Waits, after the program has ended, until all of its output has come. */
  drained(signal: AbortSignal): Promise<void>;
  /** Counts the bytes that have come. */
  size(): Promise<number>;
  /** Yields the bytes that have come, for a look at the first ones. The pieces stay valid. */
  pieces(): AsyncGenerator<Uint8Array>;
  /** Returns the output in one buffer, or null if it is in the caller's file. */
  take(): Promise<Uint8Array | null>;
  /** Zeroes the collected output, unless it was taken. */
  close(): Promise<void>;
}

/**
 * Opens the input of a program. A file gets a position of its own, at its beginning.
 *
 * @param staging - makes a private folder, if one is needed.
 * @param bufferSize - the number of bytes to pump at a time.
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

/** Opens the output of a program. It empties a file. */
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
    ...end,
    drained: (signal) => reception.drained(signal),
    size: () => Promise.resolve(bytes.size()),
    pieces: async function* () {
      yield* await Promise.resolve(bytes.pieces());
    },
    take: async () => {
      // Bytes that come from now on must not get into it.
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

/** Yields a file's content, each piece in a new buffer. */
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
    stdout: handle.fd,
    path: pathOf(handle),
    drained: () => Promise.resolve(),
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

const pieceSize = 64 * 1024;

/** Opens an open file once more: the copy of a descriptor would share its position. */
function reopened(descriptor: number, flags: number): Promise<FileHandle> {
  return open(`/proc/self/fd/${descriptor}`, flags);
}

/** Returns a path under which our other processes find an open file (proc(5), /proc/pid/fd). */
function pathOf(handle: FileHandle): string {
  return `/proc/${process.pid}/fd/${handle.fd}`;
}
