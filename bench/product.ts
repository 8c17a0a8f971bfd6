import { open as openFile } from "node:fs/promises";
import { type Format, unwrapFileKey } from "../src/age/age";
import type { Identity, Recipient } from "../src/age/identity";
import type { Engine } from "../src/age/engines/engine";
import { chunkRuns, forceEngine, isSound } from "../src/age/engines/engineChoice";
import { openRandomAccess } from "../src/age/randomAccess";
import { ScryptIdentity, ScryptRecipient } from "../src/age/scrypt";
import { X25519Identity } from "../src/age/x25519";
import { usualBuffer } from "../src/strategies/bufferSize";
import { nativeStrategy } from "../src/strategies/native/nativeStrategy";
import type { Input, Outcome } from "../src/strategies/strategy";
import { draftBench } from "./drafts";
import { type From, headerOf, type To, withEnds } from "./ends";
import { benchKeys, findPrograms, secondsToUnlock } from "./programs";

// The parts of the product that the bench uses, in one bundle.
export { chunkRuns, isSound, ScryptIdentity, ScryptRecipient, X25519Identity };
export { draftBench };
export { benchKeys, findPrograms, secondsToUnlock };

/** An engine on this many threads: a strategy of its own, whose workers stay warm. */
export interface Contender {
  readonly name: string;
  readonly engine: Engine;
  readonly threads: number;
  /** Encrypts as the extension does, but overwrites the target without truncating it. */
  readonly encrypt: (from: From, to: To, recipient: Recipient, format: Format) => Promise<Outcome>;
  /** Reads the header, unwraps the file key and decrypts. */
  readonly decrypt: (from: From, to: To, identity: Identity) => Promise<Outcome>;
  /** Ends its workers. */
  readonly end: () => Promise<void>;
}

/** Makes a contender. @param workerFile - the bundle that worker threads run. */
export function contender(engine: Engine, threads: number, workerFile: string): Contender {
  const strategy = nativeStrategy({
    now: () => performance.now(),
    workerFile,
    bufferSize: () => usualBuffer,
    threads,
  });
  return {
    name: `${engine}, ${threads === 1 ? "1 thread" : `${threads} threads`}`,
    engine,
    threads,
    async encrypt(from, to, recipient, format) {
      forceEngine(engine);
      return withEnds(from, to, (input, output) =>
        strategy.encrypt({ input, output, format, recipients: [recipient] }),
      );
    },
    async decrypt(from, to, identity) {
      forceEngine(engine);
      return withEnds(from, to, async (input, output) => {
        const { header, format } = await headerOf(input);
        const { fileKey } = await unwrapFileKey(header, [identity]);
        try {
          return await strategy.decrypt({ input, output, header, format, fileKey });
        } finally {
          fileKey.fill(0);
        }
      });
    },
    end: () => strategy.dispose(),
  };
}

/** An open file that can be read anywhere. */
export interface OpenFile {
  readonly read: (start: number, length: number) => Promise<Uint8Array>;
  readonly close: () => Promise<void>;
}

/** Opens an encrypted file for random access, and verifies its header, key and last chunk. */
export async function openAnywhere(
  path: string,
  engine: Engine,
  identity: Identity,
): Promise<OpenFile> {
  forceEngine(engine);
  const file = await openFile(path);
  const { size } = await file.stat();
  const input: Input = { kind: "file", descriptor: file.fd, size };
  const { header } = await headerOf(input);
  const { fileKey } = await unwrapFileKey(header, [identity]);
  // Bytes are used before the next read, so one buffer serves all reads.
  let buffer = new Uint8Array(0);
  const readAt = async (position: number, length: number): Promise<Uint8Array> => {
    if (buffer.length < length) buffer = new Uint8Array(length);
    const bytes = buffer.subarray(0, length);
    const { bytesRead } = await file.read(bytes, 0, length, position);
    return bytes.subarray(0, bytesRead);
  };
  const reader = await openRandomAccess({ format: "binary", header, size, readAt }, fileKey);
  fileKey.fill(0);
  return {
    read: (start, length) => reader.read(start, length),
    async close() {
      reader.wipe();
      await file.close();
    },
  };
}
