// New memory: on a virtual machine it may have to come back from the host first.
import { collectGarbage } from "./garbage.mjs";

/**
 * Has the system get so much memory, and gives it back to the system: a host that has taken back
 * what was not used for some seconds would otherwise hand it out at a tenth of its speed, to
 * whoever comes first.
 *
 * @param {number} bytes
 */
export function haveMemory(bytes) {
  touch(bytes);
  collectGarbage();
}

/** @param {number} bytes */
function touch(bytes) {
  // A byte of each page is enough.
  const memory = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 4096) memory[at] = 1;
}
