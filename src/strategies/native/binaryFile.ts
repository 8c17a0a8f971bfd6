import { chunkCount, sealedSize } from "../../age/chunks";
import { concat } from "../../age/bytes";
import { AgeError } from "../../age/errors";
import type { Header } from "../../age/header";
import { derivePayloadKey, payloadNonceSize, payloadPlaintextSize } from "../../age/payload";
import { randomBytes } from "../../age/primitives";
import { openRandomAccess, type ReadAt } from "../../age/randomAccess";
import type { DecryptJob, EncryptJob, Input, ResumeEncryptJob, VerifyJob } from "../strategy";
import { controlIn } from "./laneControl";
import {
  confirmEnd,
  inputPlace,
  inputSize,
  outputTarget,
  sharedMemory,
  wipeCopy,
} from "./endpoints";
import { fileSize, fileVersion, truncateFile } from "./fileIo";
import { type Crew, runLanes, sharingOf } from "./lanes";
import { readPlace, writePlace } from "./bytePlace";
import { watched } from "./supervision";

/** The result of an operation. */
export interface Brought {
  /** The bytes of an output in memory, else null. */
  readonly bytes: Uint8Array | null;
  /** The length of the plaintext in bytes. */
  readonly plaintextSize: number;
  readonly resumedBytes: number;
  readonly threads: number;
}

/** Encrypts to a binary file: its header, the payload's nonce, then the chunks in any order. */
export async function encryptBinary(
  job: EncryptJob,
  header: Header,
  fileKey: Uint8Array,
  crew: Crew,
): Promise<Brought> {
  const { input, output } = job;
  const plaintextSize = inputSize(input);
  const sharing = sharingOf(plaintextSize, crew);
  const beginning = concat([header.bytes, randomBytes(payloadNonceSize)]);
  const size = beginning.length + sealedSize(plaintextSize);
  const target = outputTarget(output, size, sharing);
  const plaintext = await inputPlace(input, 0, sharing);
  const control = controlIn();
  const payloadKey = derivePayloadKey(fileKey, beginning.subarray(header.bytes.length));
  try {
    return await watched(control, plaintextSize, job, async () => {
      await writePlace(target.place(0), [beginning], 0, crew.io);
      const threads = await runLanes(
        {
          task: { kind: "seal", missing: null },
          sealed: target.place(beginning.length),
          plaintextSize,
          plaintext,
          payloadKey,
          control,
        },
        crew,
      );
      await confirmEnd(input, crew.io);
      return { bytes: await target.finish(size), plaintextSize, resumedBytes: 0, threads };
    });
  } catch (error) {
    await target.discard();
    throw error;
  } finally {
    payloadKey.fill(0);
    await wipeCopy(plaintext, input);
  }
}

/** Decrypts a binary file. */
export async function decryptBinary(job: DecryptJob, crew: Crew): Promise<Brought> {
  const { input, output, header, existing = "overwrite" } = job;
  const plaintextSize = plaintextSizeOf(input, header);
  const sharing = sharingOf(plaintextSize, crew);
  const target = outputTarget(output, plaintextSize, sharing);
  const sealed = await inputPlace(input, header.bytes.length + payloadNonceSize, sharing);
  const control = controlIn();
  let payloadKey: Uint8Array | null = null;
  try {
    payloadKey = await payloadKeyOf(input, job, crew);
    const pass = { sealed, plaintextSize, payloadKey, control, plaintext: target.place(0) };
    return await watched(control, plaintextSize, job, async () => {
      if (sharing === "threads") await verifyLength(job, crew);
      const threads = await runLanes({ ...pass, task: { kind: "open", existing } }, crew);
      await confirmEnd(input, crew.io);
      const bytes = await target.finish(plaintextSize);
      return { bytes, plaintextSize, resumedBytes: control.resumedBytes(), threads };
    });
  } catch (error) {
    await target.discard();
    throw error;
  } finally {
    payloadKey?.fill(0);
  }
}

/**
 * Finishes a binary file. First it compares everything that is there with the source. It seals the
 * rest only if all of that agrees.
 */
export async function resumeBinary(job: ResumeEncryptJob, crew: Crew): Promise<Brought> {
  const { input, output, header, fileKey } = job;
  const plaintextSize = input.size;
  const start = header.bytes.length + payloadNonceSize;
  const unfinished: Input = { ...output, size: await fileSize(output.descriptor) };
  const version = await fileVersion(input.descriptor);
  const payloadKey = await payloadKeyOf(unfinished, { header, fileKey }, crew);
  const control = controlIn();
  const missing = sharedMemory(chunkCount(plaintextSize));
  const pass = {
    plaintextSize,
    payloadKey,
    control,
    plaintext: await inputPlace(input, 0, "threads"),
    sealed: await inputPlace(unfinished, start, "threads"),
  };
  try {
    return await watched(control, plaintextSize, job, async () => {
      let threads = await runLanes({ ...pass, task: { kind: "find missing", missing } }, crew);
      job.signal?.throwIfAborted();
      control.restart();
      // It must seal the same version of the source that it has compared.
      await confirmVersion(input.descriptor, version);
      if (missing.includes(1)) {
        threads = await runLanes({ ...pass, task: { kind: "seal", missing } }, crew);
      }
      await confirmEnd(input, crew.io);
      await confirmVersion(input.descriptor, version);
      await truncateFile(output.descriptor, start + sealedSize(plaintextSize));
      return { bytes: null, plaintextSize, resumedBytes: control.resumedBytes(), threads };
    });
  } finally {
    payloadKey.fill(0);
  }
}

/** Checks the version of an open file. @throws AgeError "source-changed" if it is another. */
async function confirmVersion(descriptor: number, version: string): Promise<void> {
  if ((await fileVersion(descriptor)) === version) return;
  throw new AgeError("source-changed", "the file was changed while it was read");
}

/** Compares a binary file with its plaintext. */
export async function verifyBinary(job: VerifyJob, crew: Crew): Promise<Brought> {
  const { plaintext, encrypted, header } = job;
  const plaintextSize = plaintextSizeOf(encrypted, header);
  if (plaintextSize !== plaintext.size) throw differs("it has a different length");
  const payloadKey = await payloadKeyOf(encrypted, job, crew);
  const control = controlIn();
  try {
    return await watched(control, plaintextSize, job, async () => {
      const threads = await runLanes(
        {
          task: { kind: "verify" },
          plaintext: await inputPlace(plaintext, 0, "threads"),
          sealed: await inputPlace(encrypted, header.bytes.length + payloadNonceSize, "threads"),
          plaintextSize,
          payloadKey,
          control,
        },
        crew,
      );
      await confirmEnd(plaintext, crew.io);
      await confirmEnd(encrypted, crew.io);
      return { bytes: null, plaintextSize, resumedBytes: 0, threads };
    });
  } finally {
    payloadKey.fill(0);
  }
}

/**
 * Opens the last chunk before all others. It finds out at once if a large file was cut off, as by a
 * download.
 */
async function verifyLength({ input, header, fileKey }: DecryptJob, { io }: Crew): Promise<void> {
  const place = await inputPlace(input, 0, "one thread");
  const readAt: ReadAt = async (position, length) => {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, await readPlace(place, [bytes], position, io));
  };
  const size = inputSize(input);
  const reader = await openRandomAccess({ format: "binary", header, size, readAt }, fileKey);
  reader.wipe();
}

/** Derives the payload key of a file from the nonce at the payload's beginning. */
async function payloadKeyOf(
  input: Input,
  { header, fileKey }: { readonly header: Header; readonly fileKey: Uint8Array },
  { io }: Crew,
): Promise<Uint8Array> {
  const nonce = new Uint8Array(payloadNonceSize);
  const place = await inputPlace(input, header.bytes.length, "one thread");
  const read = await readPlace(place, [nonce], 0, io);
  return derivePayloadKey(fileKey, nonce.subarray(0, read));
}

function plaintextSizeOf(input: Input, header: Header): number {
  return payloadPlaintextSize(inputSize(input) - header.bytes.length);
}

function differs(how: string): AgeError {
  return new AgeError("unverified-candidate", `the file is not what was encrypted: ${how}`);
}
