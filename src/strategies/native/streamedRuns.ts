import { chunkCount, sealedChunkSize, smallestSealedChunk } from "../../age/chunks";
import type { ChunkRuns } from "../../age/engines/engine";
import { AgeError } from "../../age/errors";
import type { ChunkPosition, Source } from "../../age/source";
import type { FileIo } from "./fileIo";
import type { BytePlace } from "./bytePlace";
import { inBuffer, plaintextSlots, readAll } from "./runBuffer";
import { type RunPlace, type RunPlan, runPlace } from "./runPlan";

/**
 * Encrypts a plaintext, one run after the other, and reads the next one meanwhile. A piece is valid
 * until the next one is asked for.
 *
 * @param cipher - has two buffers.
 * @param onDone - gets the number of bytes of plaintext whose sealed chunks have been used.
 * @throws AgeError "source-changed" if the plaintext is shorter than planned.
 */
export async function* sealedRuns(
  plan: RunPlan,
  plaintext: BytePlace,
  cipher: ChunkRuns,
  io: FileIo,
  onDone: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const read = (run: RunPlace, buffer: Uint8Array): Promise<void> =>
    readAll(plaintext, plaintextSlots(buffer, run), run.plaintext.start, io);
  const [first, second] = cipher.buffers;
  if (first === undefined || second === undefined) throw new TypeError("two buffers are needed");
  let [buffer, other] = [first, second];
  let run = runPlace(plan, 0);
  let ahead = run === null ? Promise.resolve() : read(run, buffer);
  try {
    for (let number = 1; run !== null; number++) {
      await ahead;
      const next = runPlace(plan, number);
      if (next !== null) ahead = read(next, other);
      // The next round awaits it.
      ahead.catch(ignore);
      const pieces = cipher.seal(inBuffer(buffer, run, run.plaintext.length));
      try {
        yield* pieces;
      } finally {
        cipher.release(pieces);
      }
      onDone(run.plaintext.length);
      [buffer, other] = [other, buffer];
      run = next;
    }
  } finally {
    await ahead.catch(ignore);
  }
}

/**
 * Decrypts sealed chunks that come in pieces of any length. A piece is valid until the next one is
 * asked for.
 *
 * @throws AgeError "corrupt-payload", after it has yielded all before the chunk that does not open.
 */
export async function* openedRuns(sealed: Source, cipher: ChunkRuns): AsyncGenerator<Uint8Array> {
  const [buffer = new Uint8Array(0)] = cipher.buffers;
  let filled = 0;
  let index = 0;

  function* open(position: ChunkPosition): Generator<Uint8Array> {
    const chunks = chunkCount(filled, sealedChunkSize);
    const lastLength = filled - (chunks - 1) * sealedChunkSize;
    const { pieces, failed } = cipher.open(inBuffer(buffer, { index, position }, filled));
    try {
      yield* pieces;
    } finally {
      cipher.release(pieces);
    }
    index += chunks;
    filled = 0;
    if (failed === null && lastLength >= smallestSealedChunk(index - 1)) return;
    throw new AgeError("corrupt-payload", "a chunk is not what was encrypted there");
  }

  for await (const piece of sealed) {
    for (let rest = piece; rest.length > 0;) {
      // Only the bytes behind a run tell that it is not the last one.
      if (filled === buffer.length) yield* open("inner");
      const head = rest.subarray(0, buffer.length - filled);
      buffer.set(head, filled);
      filled += head.length;
      rest = rest.subarray(head.length);
    }
  }
  yield* open("last");
}

function ignore(): void {
  // The next await gets the failure.
}
