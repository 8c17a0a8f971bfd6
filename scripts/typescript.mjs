// TypeScript of this project, for scripts: Node 20 does not load it by itself.
import { build } from "esbuild";
import { pathToFileURL } from "node:url";
import { engineForEsbuild } from "./engine/plugins.mjs";
import { inProject, root } from "./project.mjs";

/**
 * Bundles modules of this project and loads them.
 *
 * @param {string} name of the bundle in .cache/
 * @param {string} contents the entry, TypeScript, whose paths count from the project's root
 * @returns {Promise<any>} its exports
 */
export async function importTypeScript(name, contents) {
  // One folder below the root, as scripts/ is, so that import.meta.url means the same in the
  // bundle.
  const outfile = inProject(".cache", `${name}.mjs`);
  await build({
    stdin: { contents, resolveDir: root, loader: "ts" },
    absWorkingDir: root,
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    plugins: [engineForEsbuild],
    logLevel: "warning",
  });
  return import(pathToFileURL(outfile).href);
}
