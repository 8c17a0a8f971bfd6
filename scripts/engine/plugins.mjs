// Lets esbuild and Vite resolve `import bytes from "../wasm/engine.wasm"` to the engine's bytes,
// which then are a part of the bundle.
import { engineBytes, engineSources } from "./cache.mjs";

const filter = /\/wasm\/engine\.wasm$/;
const namespace = "compiled";

/** @type {import("esbuild").Plugin} */
export const engineForEsbuild = {
  name: "engine.wasm",
  setup({ onResolve, onLoad }) {
    onResolve({ filter }, () => ({ path: "engine.wasm", namespace }));
    onLoad({ filter: /.*/, namespace }, async () => ({
      contents: await engineBytes(),
      loader: "binary",
      watchFiles: await engineSources(),
    }));
  },
};

const id = "\0engine.wasm";

/** @type {import("vitest/config").Plugin} */
export const engineForVite = {
  name: "engine.wasm",
  enforce: "pre",
  resolveId: (source) => (filter.test(source) ? id : null),
  async load(loaded) {
    if (loaded !== id) return null;
    for (const path of await engineSources()) this.addWatchFile(path);
    const base64 = Buffer.from(await engineBytes()).toString("base64");
    return `export default Uint8Array.from(Buffer.from("${base64}", "base64"));`;
  },
};
