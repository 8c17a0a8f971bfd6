/**
 * Hands plaintext to VS Code, and zeroes it as soon as VS Code has its copy. VS Code makes that
 * copy in the same turn of the event loop in which the read ends, for its window and for other
 * extensions, in 1.100 and in 1.139. A test in both versions checks it.
 */
export function handOver(plaintext: Uint8Array): Uint8Array {
  setImmediate(() => {
    plaintext.fill(0);
  });
  return plaintext;
}
