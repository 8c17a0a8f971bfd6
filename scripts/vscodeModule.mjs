// Lets all files of a bundle share one look at the API of VS Code. esbuild would copy its several
// hundred members for each file that imports it: a third of the time that the extension loads.
import { readFile } from "node:fs/promises";
import { inProject } from "./project.mjs";

const namespace = "vscode";

/** @type {import("esbuild").Plugin} */
export const vscodeForEsbuild = {
  name: "vscode",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^vscode$/ }, ({ importer }) =>
      importer === "vscode" ? { path: "vscode", external: true } : { path: "vscode", namespace },
    );
    onLoad({ filter: /.*/, namespace }, async () => {
      const names = await valuesOfVscode();
      // A pure call is left out where nobody uses its result.
      const values = names.map((name) => `export const ${name} = /* @__PURE__ */ of("${name}");`);
      const api = 'const api = require("vscode"); const of = (name) => api[name];';
      return { contents: [api, ...values].join("\n"), resolveDir: "." };
    });
  },
};

/** Lists the namespaces, classes, enums and constants that the types declare. */
async function valuesOfVscode() {
  const types = await readFile(inProject("node_modules/@types/vscode/index.d.ts"), "utf8");
  const declaration = /^(?: {4}|\t)export (?:namespace|class|enum|const) (\w+)/gm;
  return [...new Set(Array.from(types.matchAll(declaration), ([, name]) => name))];
}
