// The aims of the project on two cores. They stand beside the figures and are never a reason to
// fail.
import { atLeast } from "./figure.mjs";

/**
 * Returns the aim from file to file, as a multiple of age's throughput; undefined if there is none.
 *
 * @param {"encrypt" | "decrypt"} operation
 * @param {{ engine: string, threads: number }} contender
 * @param {{ nodeMajor: number, avx512: "usable" | "hidden" }} runtime
 */
export function fileToFileAim(operation, { engine, threads }, { nodeMajor, avx512 }) {
  const pair = aimsOf(`${engine} ${threads}`, nodeMajor, avx512);
  return pair === undefined ? undefined : atLeast(pair[operation]);
}

/**
 * @param {string} contender
 * @param {number} nodeMajor
 * @param {"usable" | "hidden"} avx512
 */
function aimsOf(contender, nodeMajor, avx512) {
  const isNew = nodeMajor >= 24;
  switch (contender) {
    case "openssl 2":
      return avx512 === "hidden" ? { decrypt: 1.8, encrypt: 1.35 } : { decrypt: 2.7, encrypt: 2.1 };
    case "openssl 1":
      return avx512 === "hidden" ? undefined : { decrypt: 2.0, encrypt: 1.5 };
    case "wasm 2":
      // From V8 13.6 on, the machine code keeps the order of the source.
      return isNew ? { decrypt: 2.0, encrypt: 1.55 } : { decrypt: 1.7, encrypt: 1.3 };
    case "wasm 1":
      return isNew ? { decrypt: 1.25, encrypt: 0.95 } : undefined;
    default:
      return undefined;
  }
}
