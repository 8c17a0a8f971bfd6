import { decodeArmor, encodeArmor } from "../../age/armor";
import { AgeError } from "../../age/errors";
import { cipherOfPayloadKey, openChunks, sealChunks } from "../../age/payload";
import { type Source, SourceReader } from "../../age/source";
import { type Control, controlIn } from "./control";
import type { FileIo } from "./fileIo";
import { type Place, readPlace, writePlace } from "./place";
import type { Existing, StreamJob } from "./protocol";

/**
 * Does an operation on an armored file, piece after piece, in bounded memory. The payload key is
 * wiped.
 *
 * @returns how many bytes it brought: of the armored file, or of plaintext.
 * @throws AgeError, once nothing is read or written any more.
 */
export async function runStream(job: StreamJob, io: FileIo): Promise<number> {
  const { task, plaintext, armored, beginning, payloadKey } = job;
  const thread = { io, control: controlIn(job.control) };
  const cipher = cipherOfPayloadKey(payloadKey, job.engine);
  payloadKey.fill(0);
  try {
    if (task.kind === "encode") {
      const source = exactly(task.plaintextSize, plaintext, thread);
      const file = joined(beginning, sealChunks(cipher, source));
      return await forEachPiece(encodeArmor(file), thread, (piece, at) =>
        writePlace(armored, [piece], at, io),
      );
    }
    const opened = openChunks(cipher, behind(beginning.length, armored, io));
    return await forEachPiece(opened, thread, async (piece, at) => {
      if (task.kind === "verify") await compare(piece, plaintext, at, thread);
      else await put(piece, plaintext, at, task.existing, thread);
      piece.fill(0);
    });
  } finally {
    cipher.wipe();
  }
}

interface Thread {
  readonly io: FileIo;
  readonly control: Control;
}

/** How many bytes are read at once. */
const pieceSize = 1024 * 1024;

/** What a place holds, in pieces. While one is used the next is read. */
async function* pieces(place: Place, io: FileIo, end = Infinity): AsyncGenerator<Uint8Array> {
  const buffers = [new Uint8Array(pieceSize), new Uint8Array(pieceSize)];
  const read = async (offset: number): Promise<Uint8Array> => {
    const [buffer = new Uint8Array(0)] = buffers.reverse();
    const into = buffer.subarray(0, end - offset);
    return into.subarray(0, await readPlace(place, [into], offset, io));
  };
  let ahead = read(0);
  try {
    for (let offset = 0; ;) {
      const piece = await ahead;
      if (piece.length === 0) return;
      offset += piece.length;
      ahead = read(offset);
      ahead.catch(ignore);
      yield piece;
    }
  } finally {
    await ahead.catch(ignore);
    for (const buffer of buffers) buffer.fill(0);
  }
}

/** A plaintext of known length, whose bytes are counted as done when they have been used. */
async function* exactly(size: number, place: Place, thread: Thread): AsyncGenerator<Uint8Array> {
  let left = size;
  for await (const piece of pieces(place, thread.io, size)) {
    yield piece;
    left -= piece.length;
    thread.control.addDone(piece.length);
  }
  if (left > 0) {
    throw new AgeError("source-changed", "the file was changed: it became shorter");
  }
}

/** What an armored file holds behind its first `length` bytes. */
async function* behind(length: number, armored: Place, io: FileIo): AsyncGenerator<Uint8Array> {
  const reader = new SourceReader(decodeArmor(pieces(armored, io)));
  try {
    await reader.take(length);
    yield* reader;
  } finally {
    await reader.return();
  }
}

async function* joined(beginning: Uint8Array, rest: Source): AsyncGenerator<Uint8Array> {
  yield beginning;
  yield* rest;
}

/**
 * Hands over each piece, which must be a buffer of its own, and makes the next one meanwhile.
 *
 * @returns how many bytes there were.
 */
async function forEachPiece(
  source: Source,
  { control }: Thread,
  use: (piece: Uint8Array, at: number) => Promise<void>,
): Promise<number> {
  let offset = 0;
  let using: Promise<void> = Promise.resolve();
  try {
    for await (const piece of source) {
      await using;
      if (control.isStopped()) throw new AgeError("dismissed", "the operation was stopped");
      using = use(piece, offset);
      using.catch(ignore);
      offset += piece.length;
    }
    await using;
    return offset;
  } finally {
    await using.catch(ignore);
  }
}

async function put(
  piece: Uint8Array,
  place: Place,
  at: number,
  existing: Existing,
  { io, control }: Thread,
): Promise<void> {
  if (existing === "compare and keep" && (await isThere(piece, place, at, io))) {
    control.addKept(piece.length);
    return;
  }
  await writePlace(place, [piece], at, io);
  control.addDone(piece.length);
}

async function compare(
  piece: Uint8Array,
  place: Place,
  at: number,
  { io, control }: Thread,
): Promise<void> {
  if (!(await isThere(piece, place, at, io))) {
    throw new AgeError("unverified-candidate", "it decrypts to something else");
  }
  control.addDone(piece.length);
}

async function isThere(piece: Uint8Array, place: Place, at: number, io: FileIo): Promise<boolean> {
  const there = new Uint8Array(piece.length);
  const count = await readPlace(place, [there], at, io);
  const isEqual = count === piece.length && Buffer.compare(piece, there) === 0;
  there.fill(0);
  return isEqual;
}

function ignore(): void {
  // Whoever waits for it is told.
}
