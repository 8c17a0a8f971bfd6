// Compiles engine.wasm once for each version of its source.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { inProject } from "../project.mjs";

const compiler = inProject("scripts/engine/compiler.mjs");
const folder = inProject("node_modules/.cache/cage");

/** @returns {Promise<Uint8Array>} the bytes of engine.wasm */
export async function engineBytes() {
  const path = `${folder}/engine-${await sourceHash()}.wasm`;
  const known = await readFile(path).catch(() => null);
  if (known !== null) return known;
  // The compiler runs in a process of its own: it is large, and a watching build holds old modules.
  const { stdout } = await promisify(execFile)(process.execPath, [compiler], {
    encoding: "buffer",
  });
  await mkdir(folder, { recursive: true });
  // The file is renamed when complete, because other builds may run at the same time.
  await writeFile(`${path}.${process.pid}`, stdout);
  await rename(`${path}.${process.pid}`, path);
  return stdout;
}

/** Lists all files that engine.wasm is made of. A watching build has to watch them. */
export async function engineSources() {
  const names = await readdir(inProject("src/age/wasm"));
  return names.sort().map((name) => inProject("src/age/wasm", name));
}

async function sourceHash() {
  const hash = createHash("sha256");
  const packageFile = inProject("node_modules/assemblyscript/package.json");
  for (const path of [...(await engineSources()), compiler, packageFile]) {
    const content = await readFile(path);
    hash.update(`${path.slice(inProject(".").length)} ${content.length}\n`).update(content);
  }
  return hash.digest("hex").slice(0, 32);
}
