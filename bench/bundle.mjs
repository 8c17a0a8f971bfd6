// Builds what the bench runs as the extension is built: with the same options and the same worker.
import { build } from "esbuild";
import { createRequire } from "node:module";
import { options } from "../esbuild.mjs";
import { inProject } from "../scripts/project.mjs";

const folder = inProject(".cache/bench");

/**
 * @typedef {object} Bundle
 * @property {typeof import("./product")} product
 * @property {string} productFile
 * @property {string} workerFile
 * @property {string} hostFile what an extension host can run
 */

/** @returns {Promise<Bundle>} */
export async function bundleProduct() {
  const { worker } = /** @type {Record<string, string>} */ (options.entryPoints);
  if (worker === undefined) throw new Error("esbuild.mjs builds no worker");
  await build({
    ...options,
    entryPoints: { worker, product: "bench/product.ts", host: "bench/host/pausesInHost.ts" },
    outdir: folder,
  });
  const productFile = inProject(".cache/bench/product.js");
  return {
    product: createRequire(import.meta.url)(productFile),
    productFile,
    workerFile: inProject(".cache/bench/worker.js"),
    hostFile: inProject(".cache/bench/host.js"),
  };
}
