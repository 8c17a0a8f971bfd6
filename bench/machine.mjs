// Describes the machine of the figures.
import { availableParallelism, cpus, totalmem } from "node:os";
import { output } from "../scripts/childProcess.mjs";

/**
 * @typedef {object} Machine
 * @property {string} processor
 * @property {number} cores
 * @property {number} memoryGiB
 * @property {string} system
 * @property {string} node
 * @property {string} v8
 * @property {string} openssl
 * @property {string} age
 * @property {"usable" | "hidden"} avx512 hidden if OpenSSL was kept from using it
 */

/** @returns {Machine} */
export function describeMachine() {
  const { node, v8, openssl } = process.versions;
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown processor",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    system: `${process.platform} ${process.arch}`,
    node,
    v8,
    openssl: openssl ?? "",
    age: output("age", ["--version"]) ?? "",
    avx512: process.env["OPENSSL_ia32cap"] === undefined ? "usable" : "hidden",
  };
}

/** @param {Machine} machine */
export function machineLine({ processor, cores, memoryGiB, system, node, v8, age, avx512 }) {
  const hidden = avx512 === "hidden" ? ", OPENSSL_ia32cap set" : "";
  return (
    `${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}; ` +
    `Node ${node} (V8 ${v8})${hidden}; age ${age.replace(/^v/, "")}`
  );
}
