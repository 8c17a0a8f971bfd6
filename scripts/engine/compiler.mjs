// Compiles src/age/wasm, which is AssemblyScript and what writes some, to engine.wasm. Started by
// itself it writes the bytes to its standard output.
import { readFile } from "node:fs/promises";
import { wovenSource } from "../../src/age/wasm/woven.mjs";
import { inProject, isStarted } from "../project.mjs";

/**
 * No optimization, since V8 does its own and keeps the order of what it gets: AssemblyScript's
 * would move the statements that are woven together, and copy the masks to each use, which costs a
 * third of the speed. The engine allocates nothing, so it has no runtime.
 */
const flags = [
  "-O0",
  ["--runtime", "stub"],
  ["--enable", "simd,bulk-memory"],
  ["--initialMemory", "1"],
].flat();

/**
 * Compiles the engine, in memory.
 *
 * @returns {Promise<{ bytes: Uint8Array, text: string, sources: readonly string[] }>} the module,
 * the same as WebAssembly text, and the files of src/age/wasm that the compiler has read
 */
export async function compileEngine() {
  // Loaded here, since it takes a while and is seldom needed; and by a name that the type checker
  // does not follow, since its types change those of JavaScript's own arrays for all of the
  // project.
  const compiler = "assemblyscript/asc";
  const { default: asc } = await import(compiler);
  /** @type {Map<string, any>} */
  const written = new Map();
  /** @type {string[]} */
  const sources = [];
  const { error, stderr } = await asc.main(
    ["engine.ts", "--outFile", "engine.wasm", "--textFile", "engine.wat", ...flags],
    {
      /** @param {string} name */
      async readFile(name) {
        if (name === "woven.ts") return wovenSource();
        const text = await readFile(inProject("src/age/wasm", name), "utf8").catch(() => null);
        if (text !== null) sources.push(name);
        return text;
      },
      /** @param {string} name @param {Uint8Array | string} contents */
      writeFile(name, contents) {
        written.set(name, contents);
      },
      listFiles: () => [],
    },
  );
  if (error !== null) throw new Error(`engine.wasm: ${error.message}\n${stderr.toString()}`);
  return { bytes: written.get("engine.wasm"), text: written.get("engine.wat"), sources };
}

if (isStarted(import.meta.url)) process.stdout.write((await compileEngine()).bytes);
