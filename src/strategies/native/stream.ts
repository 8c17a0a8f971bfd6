import { decodeArmor, encodeArmor } from "../../age/armor";
import type { ChunkRuns } from "../../age/engines/engine";
import { chunkRuns } from "../../age/engines/engineChoice";
import { AgeError } from "../../age/errors";
import { type Source, SourceReader } from "../../age/source";
import { type Control, controlIn } from "./laneControl";
import type { FileIo } from "./fileIo";
import { type BytePlace, readPlace, writePlace } from "./bytePlace";
import type { StreamJob } from "./protocol";
import { planRuns } from "./runPlan";
import { bufferedSink } from "./sink";
import { openedRuns, sealedRuns } from "./streamedRuns";

/**
 * Does an operation on an armored file, one run after the other, in bounded memory. It wipes the
 * payload key.
 *
 * @returns the number of bytes that it produced: of the armored file, or of plaintext.
 * @throws AgeError, once it no longer reads or writes.
 */
export async function runStream(
  job: StreamJob,
  io: FileIo,
  pause: () => void | Promise<void>,
): Promise<number> {
  const { task, payloadKey, runSize } = job;
  const control = controlIn(job.control);
  const { chunksPerRun } = planRuns(Infinity, runSize);
  const cipher = chunkRuns(job.engine, payloadKey, 2, chunksPerRun);
  payloadKey.fill(0);
  const output =
    task.kind === "encode" ? encoded(job, cipher, io, control) : decoded(job, cipher, io);
  const sink = bufferedSink(runSize, (piece, offset) => use(piece, offset, job, io, control));
  try {
    for await (const piece of output) {
      if (control.isStopped()) throw new AgeError("dismissed", "the operation was stopped");
      await sink.write(piece);
      await pause();
    }
    return await sink.end();
  } finally {
    await sink.close();
    cipher.wipe();
  }
}

function encoded(
  { task, plaintext, beginning, runSize }: StreamJob,
  cipher: ChunkRuns,
  io: FileIo,
  control: Control,
): Source {
  const plan = planRuns(task.kind === "encode" ? task.plaintextSize : 0, runSize);
  const sealed = sealedRuns(plan, plaintext, cipher, io, (bytes) => {
    control.addDone(bytes);
  });
  return encodeArmor(joined(beginning, sealed));
}

function decoded(
  { armored, beginning, runSize }: StreamJob,
  cipher: ChunkRuns,
  io: FileIo,
): Source {
  return openedRuns(behind(beginning.length, decodeArmor(pieces(armored, runSize, io))), cipher);
}

/** Writes a piece of the output, or compares it with the bytes that are there. */
async function use(
  piece: Uint8Array,
  offset: number,
  { task, plaintext, armored }: StreamJob,
  io: FileIo,
  control: Control,
): Promise<void> {
  if (task.kind === "encode") {
    await writePlace(armored, [piece], offset, io);
    return;
  }
  const compares = task.kind === "verify" || task.existing === "compare and keep";
  const isThere = compares && (await holds(plaintext, piece, offset, io));
  if (task.kind === "verify") {
    if (!isThere) throw new AgeError("unverified-candidate", "it decrypts to something else");
    control.addDone(piece.length);
  } else if (isThere) {
    control.addResumed(piece.length);
  } else {
    await writePlace(plaintext, [piece], offset, io);
    control.addDone(piece.length);
  }
}

async function holds(
  place: BytePlace,
  piece: Uint8Array,
  offset: number,
  io: FileIo,
): Promise<boolean> {
  const there = new Uint8Array(piece.length);
  const count = await readPlace(place, [there], offset, io);
  const isEqual = count === piece.length && Buffer.compare(piece, there) === 0;
  there.fill(0);
  return isEqual;
}

/** Yields the bytes of a place in pieces of a size. It reads the next one while one is used. */
async function* pieces(place: BytePlace, size: number, io: FileIo): AsyncGenerator<Uint8Array> {
  let [buffer, other] = [new Uint8Array(size), new Uint8Array(size)];
  let ahead = readPlace(place, [buffer], 0, io);
  try {
    for (let offset = 0, count; (count = await ahead) > 0;) {
      offset += count;
      ahead = readPlace(place, [other], offset, io);
      // The next round awaits it.
      ahead.catch(() => undefined);
      yield buffer.subarray(0, count);
      [buffer, other] = [other, buffer];
    }
  } finally {
    await ahead.catch(() => undefined);
  }
}

/** Yields the bytes of a source behind its first ones. */
async function* behind(length: number, source: Source): AsyncGenerator<Uint8Array> {
  const reader = new SourceReader(source);
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
