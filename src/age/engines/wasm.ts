import { copyOf } from "../bytes";
import { chunkCount, chunkSize, sealedChunkSize, sealedSize } from "../chunks";
import { type Aead, type ChunkRuns, type EngineImplementation, type Run, tagSize } from "./engine";
import { hasWasm, type WasmInstance, wasmInstance } from "./wasmInstance";

/**
 * Our own engine, in WebAssembly with SIMD (src/age/wasm). On a new V8 it is as fast as OpenSSL
 * through `node:crypto`, and it also runs in Electron and in browsers.
 *
 * A key lies in WebAssembly's memory only during a call. Between calls it is in a buffer here.
 */
export const wasm: EngineImplementation = {
  name: "wasm",
  isAvailable: hasWasm,
  aead,
  chunkRuns,
};

function aead(key: Uint8Array): Aead {
  const secret = copyOf(key);
  return {
    seal: (nonce, plaintext) =>
      withMessage(plaintext.length + tagSize, (instance) => {
        instance.workspace.set(plaintext);
        instance.setKey(secret);
        instance.setNonce(nonce);
        instance.sealMessage(instance.workspace.byteOffset, plaintext.length);
        return instance.workspace.slice(0, plaintext.length + tagSize);
      }),
    open(nonce, ciphertext) {
      const length = ciphertext.length - tagSize;
      if (length < 0) return null;
      return withMessage(ciphertext.length, (instance) => {
        instance.workspace.set(ciphertext);
        instance.setKey(secret);
        instance.setNonce(nonce);
        const fits = instance.openMessage(instance.workspace.byteOffset, length);
        return fits === 1 ? instance.workspace.slice(0, length) : null;
      });
    },
    wipe() {
      secret.fill(0);
    },
  };
}

/** Lends an instance with room for a message, and zeroes that room afterwards. */
function withMessage<T>(size: number, work: (instance: WasmInstance) => T): T {
  // A message larger than any of age's gets memory of its own, which is freed with the instance.
  const instance = size > sealedChunkSize ? wasmInstance(size) : messages();
  try {
    return work(instance);
  } finally {
    instance.workspace.fill(0, 0, size);
  }
}

/** Returns the instance for this thread's single messages, which come one at a time. */
function messages(): WasmInstance {
  shared ??= wasmInstance(sealedChunkSize);
  return shared;
}

let shared: WasmInstance | null = null;

function chunkRuns(payloadKey: Uint8Array, count: number, slots: number): ChunkRuns {
  const secret = copyOf(payloadKey);
  const size = slots * sealedChunkSize;
  const instance = wasmInstance(count * size);
  const buffers = Array.from({ length: count }, (_, i) =>
    instance.workspace.subarray(i * size, (i + 1) * size),
  );

  /** Sets the key. Returns the run's address, and its first chunk's number in two halves. */
  const start = ({ buffer, index }: Run, size: number): [number, number, number] => {
    if (!buffers.includes(buffer) || size > buffer.length)
      throw new RangeError("not one of the cipher's runs");
    instance.setKey(secret);
    return [buffer.byteOffset, Math.floor(index / 2 ** 32), index % 2 ** 32];
  };

  return {
    buffers,
    seal(run) {
      const sealedLength = sealedSize(run.length);
      const [at, indexHigh, indexLow] = start(run, sealedLength);
      instance.sealRun(at, run.length, indexHigh, indexLow, lastFlag(run));
      // Sealed chunks fill their slots, so they are one piece.
      return [run.buffer.subarray(0, sealedLength)];
    },
    open(run) {
      const chunks = chunkCount(run.length, sealedChunkSize);
      const [at, indexHigh, indexLow] = start(run, run.length);
      const opened = instance.openRun(at, run.length, indexHigh, indexLow, lastFlag(run));
      const pieces = Array.from({ length: opened }, (_, i) => {
        const end = Math.min(run.length - tagSize, i * sealedChunkSize + chunkSize);
        return run.buffer.subarray(i * sealedChunkSize, end);
      });
      return { pieces, failed: opened === chunks ? null : opened };
    },
    release() {
      // The pieces are views of the buffers.
    },
    wipe() {
      secret.fill(0);
      instance.wipe();
    },
  };
}

/** Returns the last byte of the nonce for a run's last chunk. */
function lastFlag({ position }: Run): number {
  return position === "last" ? 1 : 0;
}
