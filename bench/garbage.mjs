// What a sample leaves must not weigh on the next one.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
/** @type {() => void} */
const collect = runInNewContext("gc");

/**
 * Frees memory that nobody uses any more: a process that has much takes longer to start another
 * one, since its page tables are copied.
 */
export function collectGarbage() {
  collect();
}
