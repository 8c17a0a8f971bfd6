/** The part of WebAssembly's interface that we use. Neither ES2023 nor Node's types declare it. */
declare namespace WebAssembly {
  type Module = object;
  const Module: new (bytes: Uint8Array) => Module;

  interface Instance {
    readonly exports: unknown;
  }
  const Instance: new (module: Module) => Instance;

  interface Memory {
    /** The memory's bytes. The buffer is detached when the memory grows. */
    readonly buffer: ArrayBuffer;
    /** Adds pages of 64 KiB, and returns how many there were. */
    grow(pages: number): number;
  }
  interface Global {
    readonly value: number;
  }

  function validate(bytes: Uint8Array): boolean;
}
