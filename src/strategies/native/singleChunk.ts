import { chunkCount } from "../../age/chunks";
import { engine } from "../../age/engines/engineChoice";
import { chunkFailure, cipherOfPayloadKey } from "../../age/payload";
import type { FileIo } from "./fileIo";
import type { Pass } from "./pass";
import { writePlace } from "./bytePlace";
import { readAll } from "./runBuffer";
import { chunksPlace } from "./runPlan";

/** Tells whether a pass only seals or opens one chunk, with nothing to compare. */
export function isSingleChunk({ task, plaintextSize }: Pass): boolean {
  const isPlain =
    task.kind === "seal"
      ? task.missing === null
      : task.kind === "open" && task.existing === "overwrite";
  return isPlain && chunkCount(plaintextSize) === 1;
}

/**
 * Works through such a pass on this thread, without the memory that runs need. Most documents are a
 * single chunk, and somebody waits while they are opened or saved.
 *
 * @throws AgeError as a lane does.
 */
export async function runSingleChunk(pass: Pass, io: FileIo): Promise<void> {
  const { task, plaintextSize, payloadKey, plaintext, sealed, control } = pass;
  const { index, position, ...place } = chunksPlace(plaintextSize, 0, 1);
  const cipher = cipherOfPayloadKey(payloadKey, engine());
  const input = new Uint8Array(task.kind === "seal" ? plaintextSize : place.sealed.length);
  let output: Uint8Array | null = null;
  try {
    await readAll(task.kind === "seal" ? plaintext : sealed, [input], 0, io);
    if (task.kind === "seal") output = cipher.seal(input, index, position);
    else output = cipher.open(input, index, position);
    // It can't open now either: the memory is our own, and unchanged.
    if (output === null) throw chunkFailure(cipher, input, index, position) as Error;
    if (control.isStopped()) return;
    await writePlace(task.kind === "seal" ? sealed : plaintext, [output], 0, io);
    control.addDone(plaintextSize);
  } finally {
    cipher.wipe();
    // One of them is plaintext.
    input.fill(0);
    output?.fill(0);
  }
}
