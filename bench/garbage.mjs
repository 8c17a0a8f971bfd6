// Collects garbage, so that no sample weighs on the next one.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
/** @type {() => void} */
const collect = runInNewContext("gc");

/**
 * Frees unused memory. A process with much memory takes longer to start another one, since its page
 * tables are copied.
 */
export function collectGarbage() {
  collect();
}
