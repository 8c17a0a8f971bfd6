/**
 * Hands plaintext to VS Code, and zeroes it as soon as VS Code has its copy. VS Code makes that in
 * the turn of the event loop in which the read ends, for its window as for other extensions, in
 * 1.100 as in 1.139. A test in both holds it.
 */
export function handOver(plaintext: Uint8Array): Uint8Array {
  setImmediate(() => {
    plaintext.fill(0);
  });
  return plaintext;
}
