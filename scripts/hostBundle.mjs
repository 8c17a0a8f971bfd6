// Bundles test/host for an extension host. Started by itself, it does only that.
import { build } from "esbuild";
import { readdir } from "node:fs/promises";
import { engineForEsbuild } from "./engine/plugins.mjs";
import { inProject, isStarted, root } from "./project.mjs";

/**
 * Bundles every `test/host/*.suite.ts`.
 *
 * @returns {Promise<string>} the script for `extensionTestsPath`
 */
export async function bundleHostTests() {
  const files = (await readdir(inProject("test/host"))).filter((name) =>
    name.endsWith(".suite.ts"),
  );
  const outfile = inProject("dist-test/host.js");
  await build({
    stdin: { contents: entry(files.sort()), resolveDir: inProject("test/host"), loader: "ts" },
    absWorkingDir: root,
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["vscode"],
    plugins: [engineForEsbuild],
    sourcemap: "inline",
    logLevel: "warning",
  });
  return outfile;
}

/** @param {readonly string[]} files */
function entry(files) {
  const suites = files.map((file) => file.replace(".suite.ts", ""));
  return [
    // This comes first: the ciphers must be gone before anything else is loaded.
    `import "./missingCiphers";`,
    `import { runSuites } from "./runner";`,
    ...suites.map((name, index) => `import { suite as suite${index} } from "./${name}.suite";`),
    `export const run = () => runSuites([`,
    ...suites.map((name, index) => `  [${JSON.stringify(name)}, suite${index}],`),
    `]);`,
  ].join("\n");
}

if (isStarted(import.meta.url)) await bundleHostTests();
