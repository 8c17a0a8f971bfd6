// Loads TypeScript of this project in scripts, since Node 20 can't by itself.
import { build } from "esbuild";
import { pathToFileURL } from "node:url";
import { engineForEsbuild } from "./engine/plugins.mjs";
import { inProject, root } from "./project.mjs";

/**
 * Bundles modules of this project and loads them.
 *
 * @param {string} name of the bundle in .cache/
 * @param {string} contents the entry, TypeScript, with paths from the project's root
 * @returns {Promise<any>} its exports
 */
export async function importTypeScript(name, contents) {
  // The bundle is one folder below the root, as scripts/ is, so that import.meta.url fits in it.
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
