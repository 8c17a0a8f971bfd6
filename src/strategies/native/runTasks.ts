import { sealedChunkSize } from "../../age/chunks";
import type { ChunkRuns } from "../../age/engines/engine";
import { AgeError } from "../../age/errors";
import { chunkFailure, isMisplaced, type PayloadCipher } from "../../age/payload";
import type { ExistingPlaintext } from "../strategy";
import type { Control } from "./laneControl";
import type { FileIo } from "./fileIo";
import { readPlace, writePlace } from "./bytePlace";
import type { LaneJob, Task } from "./protocol";
import { inBuffer, plaintextSlots, readAll, sourceChanged } from "./runBuffer";
import { chunksPlace, type RunPlace } from "./runPlan";

/** The equipment for work on a run. A lane has one for each run that is on its way. */
export interface Workbench {
  readonly job: LaneJob;
  readonly control: Control;
  readonly io: FileIo;
  readonly cipher: ChunkRuns;
  /** One of the cipher's buffers. */
  readonly buffer: Uint8Array;
  /** A buffer for plaintext to compare with: as long as a run, or empty if nothing is compared. */
  readonly other: Uint8Array;
  /** A cipher for single chunks, to find out what is wrong with them. */
  readonly chunkCipher: PayloadCipher;
}

/** Tells whether a task compares plaintext, and so needs a second buffer. */
export function compares(task: Task): boolean {
  return task.kind !== "seal" && !(task.kind === "open" && task.existing === "overwrite");
}

/** Does the job's task for one run, and counts the bytes that are done. */
export async function workOn(run: RunPlace, bench: Workbench): Promise<void> {
  const { task } = bench.job;
  switch (task.kind) {
    case "seal":
      return sealRun(run, task.missing, bench);
    case "open":
      return openRun(run, task.existing, bench);
    case "verify":
      return verifyRun(run, bench);
    case "find missing":
      return findMissing(run, task.missing, bench);
  }
}

async function sealRun(run: RunPlace, missing: Uint8Array | null, bench: Workbench): Promise<void> {
  const { job, control, io, cipher } = bench;
  for (const part of missing === null ? [run] : missingParts(run, missing, job)) {
    await readAll(job.plaintext, plaintextSlots(bench.buffer, part), part.plaintext.start, io);
    const pieces = cipher.seal(inBuffer(bench.buffer, part, part.plaintext.length));
    try {
      if (control.isStopped()) return;
      await writePlace(job.sealed, pieces, part.sealed.start, io);
    } finally {
      cipher.release(pieces);
    }
    control.addDone(part.plaintext.length);
  }
}

async function openRun(
  run: RunPlace,
  existing: ExistingPlaintext,
  bench: Workbench,
): Promise<void> {
  const { job, control, io, cipher } = bench;
  const pieces = await openAll(run, bench);
  try {
    if (existing === "compare and keep" && (await isThere(pieces, run, bench))) {
      control.addResumed(run.plaintext.length);
      return;
    }
    if (control.isStopped()) return;
    await writePlace(job.plaintext, pieces, run.plaintext.start, io);
  } finally {
    cipher.release(pieces);
  }
  control.addDone(run.plaintext.length);
}

async function verifyRun(run: RunPlace, bench: Workbench): Promise<void> {
  const { job, control, io, cipher, other } = bench;
  const expected = other.subarray(0, run.plaintext.length);
  await readAll(job.plaintext, [expected], run.plaintext.start, io);
  const pieces = await openAll(run, bench);
  const isRight = isEqual(pieces, expected);
  cipher.release(pieces);
  if (!isRight) throw new AgeError("unverified-candidate", "it decrypts to something else");
  control.addDone(run.plaintext.length);
}

/**
 * Marks the chunks that do not open. The others must be the source's. Behind a chunk that does not
 * open, it goes through the run chunk by chunk. After a power failure there may be many such
 * chunks, and it reads each part anew.
 */
async function findMissing(run: RunPlace, missing: Uint8Array, bench: Workbench): Promise<void> {
  const { job, control, io, cipher, other } = bench;
  const end = run.index + run.chunks;
  let atOnce = run.chunks;
  for (let index = run.index; index < end;) {
    const left = chunksPlace(job.plan.plaintextSize, index, Math.min(atOnce, end - index));
    const sealed = bench.buffer.subarray(0, left.sealed.length);
    const present = wholeChunks(left, await readPlace(job.sealed, [sealed], left.sealed.start, io));
    if (present === 0) {
      missing.fill(1, index, index + left.chunks);
      index += left.chunks;
      continue;
    }
    const part = chunksPlace(job.plan.plaintextSize, index, present);
    const source = other.subarray(0, part.plaintext.length);
    await readAll(job.plaintext, [source], part.plaintext.start, io);
    const { pieces, failed } = cipher.open(inBuffer(bench.buffer, part, part.sealed.length));
    const opened = pieces.reduce((length, piece) => length + piece.length, 0);
    const isSource = isEqual(pieces, source.subarray(0, opened));
    cipher.release(pieces);
    if (!isSource) throw sourceChanged("it is not what was encrypted before");
    control.addResumed(opened);
    index += failed ?? present;
    if (failed === null) continue;
    // The chunk may be intact, but from an encryption when the file was longer or shorter.
    const { bytes, place } = await rereadChunk(index, bench);
    if (isMisplaced(bench.chunkCipher, bytes, index, place.position)) {
      throw sourceChanged("it was longer or shorter when it was encrypted before");
    }
    missing[index++] = 1;
    atOnce = 1;
  }
}

/** Reads a run and opens it. @throws AgeError "corrupt-payload" unless all of it opens. */
async function openAll(run: RunPlace, bench: Workbench): Promise<readonly Uint8Array[]> {
  const { job, io, cipher, buffer } = bench;
  await readAll(job.sealed, [buffer.subarray(0, run.sealed.length)], run.sealed.start, io);
  const { pieces, failed } = cipher.open(inBuffer(buffer, run, run.sealed.length));
  if (failed === null) return pieces;
  cipher.release(pieces);
  const index = run.index + failed;
  const { bytes, place } = await rereadChunk(index, bench);
  throw (
    chunkFailure(bench.chunkCipher, bytes, index, place.position) ??
    sourceChanged("it changed while it was read")
  );
}

/** Reads a chunk once more, since its place in the run's buffer may have been overwritten. */
async function rereadChunk(
  index: number,
  { job, io }: Workbench,
): Promise<{ readonly bytes: Uint8Array; readonly place: RunPlace }> {
  const place = chunksPlace(job.plan.plaintextSize, index, 1);
  const bytes = new Uint8Array(place.sealed.length);
  await readAll(job.sealed, [bytes], place.sealed.start, io);
  return { bytes, place };
}

async function isThere(
  pieces: readonly Uint8Array[],
  run: RunPlace,
  { job, io, other }: Workbench,
): Promise<boolean> {
  const present = other.subarray(0, run.plaintext.length);
  const count = await readPlace(job.plaintext, [present], run.plaintext.start, io);
  return count === present.length && isEqual(pieces, present);
}

/** Lists the stretches of a run whose chunks are marked. */
function missingParts(run: RunPlace, missing: Uint8Array, { plan }: LaneJob): readonly RunPlace[] {
  const parts: RunPlace[] = [];
  const end = run.index + run.chunks;
  for (let index = run.index; index < end; index++) {
    const first = index;
    while (index < end && missing[index] === 1) index++;
    if (index > first) parts.push(chunksPlace(plan.plaintextSize, first, index - first));
  }
  return parts;
}

/** Counts the whole chunks in the first `count` bytes of a run. */
function wholeChunks({ chunks, sealed }: RunPlace, count: number): number {
  return count === sealed.length ? chunks : Math.floor(count / sealedChunkSize);
}

function isEqual(pieces: readonly Uint8Array[], expected: Uint8Array): boolean {
  let at = 0;
  for (const piece of pieces) {
    const there = expected.subarray(at, at + piece.length);
    if (Buffer.compare(piece, there) !== 0) return false;
    at += piece.length;
  }
  return at === expected.length;
}
