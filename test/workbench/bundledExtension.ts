import { Script } from "node:vm";
import type { HostProcess } from "./hostProcess";

/** The exports of an extension. */
export interface Extension {
  readonly activate: (context: object) => Promise<void>;
  readonly deactivate: () => Promise<void>;
}

const given = ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "setImmediate"].concat(
  ...["performance", "Date", "process"],
);

/** Cage as it ships. Each extension host loads it again. */
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
