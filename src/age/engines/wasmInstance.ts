import bytes from "../wasm/engine.wasm";

/** The exports of src/age/wasm/exports.ts; addresses and lengths are in bytes. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  /** The address for a key. The caller writes the key before each call, and the call wipes it. */
  readonly key: WebAssembly.Global;
  /** The address for the nonce of a single message. */
  readonly nonce: WebAssembly.Global;
  /** The address at which the caller's memory begins. */
  readonly workspaceStart: WebAssembly.Global;
  sealRun(run: number, length: number, indexHigh: number, indexLow: number, last: number): void;
  openRun(run: number, length: number, indexHigh: number, indexLow: number, last: number): number;
  sealMessage(message: number, length: number): void;
  openMessage(message: number, length: number): number;
  poly1305(message: number, length: number): void;
}

/** An instance of the engine, with memory of its own. */
export interface WasmInstance extends Exports {
  /** The memory to work in. It never grows, so views of it stay valid. */
  readonly workspace: Uint8Array;
  /** Writes the key for the next call. */
  setKey(key: Uint8Array): void;
  setNonce(nonce: Uint8Array): void;
  /**
   * Zeroes the whole memory. Each call wipes its own traces, but not the workspace's content.
   */
  wipe(): void;
}

/** Tells whether this runtime has WebAssembly with every feature that the engine needs. */
export function hasWasm(): boolean {
  // A runtime without a just-in-time compiler does not have the name, so `typeof` comes first.
  return typeof WebAssembly !== "undefined" && WebAssembly.validate(bytes);
}

/**
 * Makes an instance.
 *
 * @param size - length of the workspace in bytes.
 * @throws RangeError if the memory cannot grow that far.
 */
export function wasmInstance(size: number): WasmInstance {
  compiled ??= new WebAssembly.Module(bytes);
  const exports = new WebAssembly.Instance(compiled).exports as Exports;
  const { memory, key, nonce, workspaceStart } = exports;
  const missing = workspaceStart.value + size - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / pageSize));
  const whole = new Uint8Array(memory.buffer);
  return {
    ...exports,
    workspace: whole.subarray(workspaceStart.value, workspaceStart.value + size),
    setKey: (bytes) => {
      whole.set(bytes, key.value);
    },
    setNonce: (bytes) => {
      whole.set(bytes, nonce.value);
    },
    wipe: () => {
      whole.fill(0);
    },
  };
}

const pageSize = 64 * 1024;

/** The engine's module, which each thread compiles once. */
let compiled: WebAssembly.Module | null = null;
