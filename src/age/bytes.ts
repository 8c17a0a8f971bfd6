/** Joins bytes in a buffer of their own. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let filled = 0;
  for (const part of parts) {
    whole.set(part, filled);
    filled += part.length;
  }
  return whole;
}

/** Copies bytes. Their own `slice` would not, if they are a Buffer: it gives the same memory. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** Tells whether bytes begin with these others. */
export function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}

/** The bytes of a text. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/**
 * Frees the memory of bytes that fill a buffer of their own at once, where the runtime can (Node 22
 * and newer). Without it results pile up until the garbage collector runs, which takes no notice of
 * their size. They must not be used any more.
 */
export function freeMemory({ buffer, byteLength }: Uint8Array): void {
  if (byteLength !== buffer.byteLength) return;
  (buffer as { transfer?: (length: number) => unknown }).transfer?.(0);
}
