// Gets new memory, which a virtual machine may first have to get back from its host.
import { collectGarbage } from "./garbage.mjs";

/**
 * Makes the system get this much memory, and gives it back to the system. A host may have taken
 * back memory that was unused for some seconds. It then hands it out at a tenth of the speed, to
 * the first contestant.
 *
 * @param {number} bytes
 */
export function haveMemory(bytes) {
  touch(bytes);
  collectGarbage();
}

/** @param {number} bytes */
function touch(bytes) {
  // Writing a byte of each page is enough.
  const memory = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 4096) memory[at] = 1;
}
