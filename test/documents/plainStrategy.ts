import { fstatSync, ftruncateSync, readSync, writeSync } from "node:fs";
import { collect, encrypt, openPayload, readAgeFile } from "../../src/age/age";
import { chunkSize, sealedChunkSize } from "../../src/age/chunks";
import { AgeError } from "../../src/age/errors";
import { parseHeader } from "../../src/age/header";
import { payloadCipher, payloadNonceSize } from "../../src/age/payload";
import { SourceReader } from "../../src/age/source";
import type {
  DecryptJob,
  EncryptJob,
  Input,
  Outcome,
  Output,
  Report,
  ResumeEncryptJob,
  ResumableStrategy,
  VerifyJob,
} from "../../src/strategies/strategy";

/**
 * An action of a test before a piece is written to a file, such as failing, aborting or dying. It
 * may wait.
 */
export type BeforeWrite = (written: number) => void | Promise<void>;

/**
 * Makes a strategy from the generators of src/age, one chunk after the other: slow, but simple
 * enough to trust. It does just what the interface says, so its tests also hold for others.
 */
export function plainStrategy(beforeWrite: BeforeWrite = () => undefined): ResumableStrategy {
  return {
    encrypt: (job) => encryptPlainly(job, beforeWrite),
    decrypt: (job) => decryptPlainly(job, beforeWrite),
    resumeEncryption: (job) => resumePlainly(job, beforeWrite),
    verify: verifyPlainly,
  };
}

async function encryptPlainly(job: EncryptJob, beforeWrite: BeforeWrite): Promise<Outcome> {
  const { input, output, recipients, format, signal } = job;
  const total = sizeOf(input);
  const plaintext = exactly(total, piecesOf(input, chunkSize), (done) => {
    job.onProgress?.(done, total);
  });
  const sealed = announced(encrypt(plaintext, recipients, format, signal), job);
  const bytes = await written(sealed, output, beforeWrite, signal);
  return { report: reportOf("encrypt", total, 0), bytes };
}

async function decryptPlainly(job: DecryptJob, beforeWrite: BeforeWrite): Promise<Outcome> {
  const { input, output, fileKey, existing, signal } = job;
  const file = await readAgeFile(piecesOf(input, 1 << 20), signal);
  let resumed = 0;
  let done = 0;
  const open = openPayload(fileKey, file.payload, signal);
  if (output.kind === "memory") {
    const bytes = await collect(open);
    return { report: reportOf("decrypt", bytes.length, 0), bytes };
  }
  for await (const piece of open) {
    const there = existing === "compare and keep" ? readAt(output, done, piece.length) : null;
    if (there?.equals(piece) === true) resumed += piece.length;
    else {
      await beforeWrite(done);
      signal?.throwIfAborted();
      writeAt(output, done, piece);
    }
    done += piece.length;
    job.onProgress?.(done, sizeOf(input));
  }
  ftruncateSync(output.descriptor, done);
  return { report: reportOf("decrypt", done, resumed), bytes: null };
}

async function resumePlainly(job: ResumeEncryptJob, beforeWrite: BeforeWrite): Promise<Outcome> {
  const { input, output, header, fileKey, signal } = job;
  const start = header.bytes.length + payloadNonceSize;
  const nonce = readAt(output, header.bytes.length, payloadNonceSize);
  if (nonce.length < payloadNonceSize) throw new AgeError("corrupt-payload", "there is no nonce");
  const cipher = payloadCipher(fileKey, nonce);
  const chunks = Math.max(Math.ceil(input.size / chunkSize), 1);
  let resumed = 0;
  for (let index = 0; index < chunks; index++) {
    signal?.throwIfAborted();
    const position = index === chunks - 1 ? "last" : "inner";
    const plaintext = readAt(input, index * chunkSize, chunkSize);
    const length = Math.min(input.size - index * chunkSize, chunkSize);
    if (plaintext.length < length) throw new AgeError("source-changed", "the source is shorter");
    const at = start + index * sealedChunkSize;
    const there = cipher.open(readAt(output, at, length + 16), index, position);
    if (there === null) {
      await beforeWrite(at);
      signal?.throwIfAborted();
      writeAt(output, at, cipher.seal(plaintext, index, position));
    } else {
      if (!plaintext.equals(there)) throw new AgeError("source-changed", "the source differs");
      resumed += length;
    }
    job.onProgress?.(index * chunkSize + length, input.size);
  }
  ftruncateSync(output.descriptor, start + input.size + 16 * chunks);
  return { report: reportOf("encrypt", input.size, resumed), bytes: null };
}

async function verifyPlainly(job: VerifyJob): Promise<Outcome> {
  const { plaintext, encrypted, fileKey, signal } = job;
  const file = await readAgeFile(piecesOf(encrypted, 1 << 20), signal);
  let done = 0;
  try {
    for await (const piece of openPayload(fileKey, file.payload, signal)) {
      if (!readAt(plaintext, done, piece.length).equals(piece)) throw unverified();
      done += piece.length;
      job.onProgress?.(done, plaintext.size);
    }
  } catch (error) {
    if (error instanceof AgeError && error.code === "corrupt-payload") throw unverified();
    throw error;
  }
  if (done !== plaintext.size) throw unverified();
  return { report: reportOf("decrypt", done, 0), bytes: null };
}

/** Announces the header, which is the first piece of a binary file. */
async function* announced(
  sealed: AsyncIterable<Uint8Array>,
  { format, onHeader }: EncryptJob,
): AsyncGenerator<Uint8Array> {
  let isFirst = true;
  for await (const piece of sealed) {
    if (isFirst && format === "binary") await onHeader?.(parseHeader(piece));
    isFirst = false;
    yield piece;
  }
}

/** Passes a source on, and checks that it has the announced length. */
async function* exactly(
  total: number,
  source: AsyncIterable<Uint8Array>,
  onDone: (done: number) => void,
): AsyncGenerator<Uint8Array> {
  let done = 0;
  for await (const piece of new SourceReader(source)) {
    done += piece.length;
    yield piece;
    onDone(done);
  }
  if (done !== total) throw new AgeError("source-changed", "the source has another length");
}

async function* piecesOf(input: Input, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; ; at += length) {
    const piece = readAt(input, at, length);
    if (piece.length > 0) yield new Uint8Array(piece);
    if (piece.length < length) return;
    await Promise.resolve();
  }
}

async function written(
  source: AsyncIterable<Uint8Array>,
  output: Output,
  beforeWrite: BeforeWrite,
  signal?: AbortSignal,
): Promise<Uint8Array | null> {
  if (output.kind === "memory") return collect(source);
  let position = 0;
  for await (const piece of source) {
    await beforeWrite(position);
    signal?.throwIfAborted();
    writeAt(output, position, piece);
    position += piece.length;
  }
  return null;
}

function readAt(input: Input | Extract<Output, { kind: "file" }>, at: number, length: number) {
  if (input.kind === "memory") return Buffer.from(input.bytes.subarray(at, at + length));
  const piece = Buffer.alloc(length);
  return piece.subarray(0, readSync(input.descriptor, piece, 0, length, at));
}

function writeAt({ descriptor }: { descriptor: number }, at: number, bytes: Uint8Array): void {
  try {
    for (let done = 0; done < bytes.length;) {
      done += writeSync(descriptor, bytes, done, bytes.length - done, at + done);
    }
  } catch (error) {
    const isFull = error instanceof Error && "code" in error && error.code === "ENOSPC";
    throw isFull ? new AgeError("disk-full", "the disk is full") : error;
  }
}

function sizeOf(input: Input): number {
  if (input.kind === "memory") return input.bytes.length;
  const { size } = fstatSync(input.descriptor);
  if (size !== input.size) throw new AgeError("source-changed", "the source has another length");
  return size;
}

function reportOf(operation: Report["operation"], bytes: number, resumedBytes: number): Report {
  const none = { fallbacks: [], bufferSize: chunkSize };
  const facts = { strategy: "native", engine: "none", threads: 1, seconds: 1 } as const;
  return { operation, ...facts, bytes, resumedBytes, reason: "it is for tests", ...none };
}

function unverified(): AgeError {
  return new AgeError("unverified-candidate", "what was read back differs");
}
