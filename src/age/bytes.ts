/** Joins bytes in a new buffer. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let filled = 0;
  for (const part of parts) {
    whole.set(part, filled);
    filled += part.length;
  }
  return whole;
}

/** Copies bytes. A Buffer's own `slice` would return the same memory. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** Returns the same memory as a plain Uint8Array, whose `slice` copies; a Buffer's does not. */
export function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Tells whether bytes begin with a prefix. */
export function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}

/** Writes bytes in hex. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Encodes a text as UTF-8. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/**
 * Frees the memory of bytes at once, if they fill their buffer and the runtime can (Node 22 and
 * newer). Otherwise results pile up until the garbage collector runs, which takes no notice of
 * their size. Nobody may use the bytes afterwards.
 */
export function freeMemory({ buffer, byteLength }: Uint8Array): void {
  if (byteLength !== buffer.byteLength) return;
  (buffer as { transfer?: (length: number) => unknown }).transfer?.(0);
}
