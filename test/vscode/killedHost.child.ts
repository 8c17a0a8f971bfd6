// The process that test/vscode/killedHost.test.ts kills. It is an extension host beside the window
// of a fake workbench, with people who type into it. Only its output is left of the window.
import { readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { BundledExtension } from "../workbench/bundledExtension";
import { failures } from "../workbench/emitter";
import { end, type Life, type News, type Untimed } from "../workbench/news";
import { Random } from "../workbench/random";
import { RealMachine } from "../workbench/realMachine";
import { Typists } from "../workbench/typists";
import { Vault } from "../workbench/vault";
import { Workbench } from "../workbench/workbench";

const life = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as Life;

let awake = 0;
const tell = (news: Untimed<News>): void => {
  try {
    writeSync(1, `${JSON.stringify({ ...news, at: awake })}${end}\n`);
  } catch {
    // There is no listener any more.
    process.exit(1);
  }
};
const fail = (error: unknown): void => {
  tell({ kind: "fails", message: error instanceof Error ? String(error.stack) : String(error) });
};

const vault = new Vault(readFileSync(join(life.home, "key.txt"), "utf8"));
const typists = new Typists(life, new Random(life.seed), vault, tell);
const options = {
  ...{ machine: new RealMachine(life.home), storage: life.storage, settings: life.settings },
  bundle: new BundledExtension(readFileSync(life.bundle, "utf8")),
  ...{ user: typists, watcher: typists },
};
const window = new Workbench(options, life.kept);
typists.window = window;

let last = performance.now();
setInterval(() => {
  const now = performance.now();
  // The promise does not count the time in which the machine is busy with other things.
  awake += Math.min(now - last, 25);
  last = now;
  tell({ kind: "alive" });
  typists.tellKept();
  for (const failure of failures.splice(0)) fail(failure);
}, 5);
process.on("unhandledRejection", fail);

async function live(): Promise<void> {
  const lines = createInterface(process.stdin)[Symbol.asyncIterator]();
  window.start();
  await typists.openAll();
  tell({ kind: "all open" });
  if ((await lines.next()).value === "save all") {
    await typists.saveAll();
    tell({ kind: "all saved" });
    await lines.next();
  }
  typists.begin();
}

void live().catch(fail);
