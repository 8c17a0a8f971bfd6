import { build, type BuildOptions } from "esbuild";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Script } from "node:vm";
import type { HostProcess } from "./hostProcess";

/** What an extension exports. */
export interface Extension {
  readonly activate: (context: object) => void;
  readonly deactivate: () => Promise<void>;
}

const given = ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "setImmediate"].concat(
  ...["performance", "Date", "process"],
);

/** Cage as it ships, to be loaded again for each extension host. */
export class BundledExtension {
  private readonly script: Script;

  constructor(code: string) {
    const names = ["exports", "require", "module", ...given].join(", ");
    this.script = new Script(`(function (${names}) {${code}\n})`, { filename: "extension.js" });
  }

  /** Loads it into a host, with a vscode module. */
  load(host: HostProcess, vscode: object): Extension {
    const module = { exports: {} };
    const load = (name: string): unknown => (name === "vscode" ? vscode : host.require(name));
    const { globals } = host;
    const run = this.script.runInThisContext() as (...args: unknown[]) => void;
    run(module.exports, load, module, ...given.map((name) => globals[name]));
    return module.exports as Extension;
  }
}

/** Bundles the extension. @returns its code. */
export async function bundleExtension(): Promise<string> {
  const script = new URL("../../esbuild.mjs", import.meta.url).href;
  const { options } = (await import(script)) as { readonly options: BuildOptions };
  const folder = await mkdtemp(join(tmpdir(), "cage-test-"));
  try {
    const entryPoints = { extension: "src/extension.ts" };
    await build({ ...options, entryPoints, outdir: folder });
    return await readFile(join(folder, "extension.js"), "utf8");
  } finally {
    await rm(folder, { recursive: true });
  }
}
