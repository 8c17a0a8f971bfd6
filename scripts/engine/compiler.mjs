// Compiles src/age/wasm to engine.wasm: AssemblyScript, and modules that generate some. Started by
// itself, it writes the bytes to its standard output.
import { readFile } from "node:fs/promises";
import { wovenSource } from "../../src/age/wasm/woven.mjs";
import { inProject, isStarted } from "../project.mjs";

/**
 * The flags of the compiler. It does not optimize: V8 does that itself, and keeps the order that it
 * gets. AssemblyScript would move the interwoven statements and copy the masks to each use, which
 * costs a third of the speed. The engine allocates nothing, so it has no runtime.
 */
const flags = [
  "-O0",
  ["--runtime", "stub"],
  ["--enable", "simd,bulk-memory"],
  ["--initialMemory", "1"],
].flat();

/**
 * Compiles the engine in memory.
 *
 * @returns {Promise<{ bytes: Uint8Array, text: string, sources: readonly string[] }>} the module,
 *   the same module as WebAssembly text, and the files of src/age/wasm that the compiler has read
 */
export async function compileEngine() {
  // The compiler is loaded here, since that takes a while and is seldom needed. The type checker
  // does not follow this name: the compiler's types would change those of JavaScript's own arrays
  // in the whole project.
  const compiler = "assemblyscript/asc";
  const { default: asc } = await import(compiler);
  /** @type {Map<string, any>} */
  const written = new Map();
  /** @type {string[]} */
  const sources = [];
  const { error, stderr } = await asc.main(
    ["exports.ts", "--outFile", "engine.wasm", "--textFile", "engine.wat", ...flags],
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
