// Measures the peak memory of a process of its own by each strategy, above that of an idle Node.
import { spawn } from "node:child_process";
import { truncateSync } from "node:fs";
import { text } from "node:stream/consumers";
import { formatSize, mebibyte } from "../bytes.mjs";
import { expectOpened } from "../data.mjs";
import { atMost } from "../figure.mjs";
import { watchPrograms } from "../peakMemory.mjs";
import { median } from "../quantiles.mjs";
import { inProject } from "../../scripts/project.mjs";

/**
 * @typedef {import("../context.mjs").Context} Context
 * @typedef {import("../figure.mjs").Figure} Figure
 * @typedef {import("../programs").BenchKey} BenchKey
 * @typedef {import("./strategies.mjs").Scene} Scene
 * @typedef {import("../strategyChild.mjs").StrategyJob} StrategyJob
 */

const family = "Peak memory of a process by strategy, above bare Node";

/**
 * @param {Context} context
 * @param {Scene} scene
 * @param {readonly BenchKey[]} keys
 * @returns {Promise<readonly Figure[]>}
 */
export async function peakFigures(context, scene, keys) {
  const bares = [await peak([]), await peak([]), await peak([])];
  const bare = median(bares.map(({ own }) => own));
  /** @type {Figure[]} */
  const figures = [{ family, what: "", who: "bare Node itself", value: bare, unit: "MiB" }];
  for (const shape of /** @type {const} */ (["file to file", "memory to memory"])) {
    for (const key of keys) {
      for (const operation of /** @type {const} */ (["encrypt", "decrypt"])) {
        const what = `${operation}, ${key.kind}, ${shape}, ${formatSize(scene.size)}`;
        context.say(`  memory: ${what}`);
        for (const strategy of /** @type {const} */ (["native", "pipe", "tempfile"])) {
          const one = await peakOf(context, scene, { strategy, operation, shape, key });
          const notes = [
            strategy === "native" ? "" : `the program itself: ${Math.round(one.programs)} MiB`,
            shape === "file to file"
              ? ""
              : `${Math.round((2 * scene.size) / mebibyte)} of it are the document and the result`,
          ];
          figures.push({
            ...{ family, what, who: strategy, value: one.own - bare, unit: "MiB" },
            note: notes.filter(Boolean).join("; "),
            ...(shape === "file to file" && strategy !== "native" && { aim: atMost(64) }),
          });
        }
      }
    }
  }
  return figures;
}

/**
 * @param {Context} context
 * @param {Scene} scene
 * @param {Pick<StrategyJob, "strategy" | "operation" | "shape" | "key">} what encryptions come
 * first
 */
async function peakOf({ bundle, product, reference }, { appRoot, files }, what) {
  const { plain, encrypted, opened } = files;
  const [from, to] = what.operation === "encrypt" ? [plain, encrypted] : [encrypted, opened];
  const { engine, threads } = reference();
  truncateSync(to, 0);
  /** @type {StrategyJob} */
  const job = { ...what, engine, threads, from, to, appRoot, extensionFolder: inProject(".") };
  const taken = await peak([bundle.productFile, bundle.workerFile, JSON.stringify(job)]);
  if (what.operation === "encrypt") {
    truncateSync(opened, 0);
    const { identity } = product.benchKeys(what.key);
    await reference().decrypt({ path: encrypted }, { path: opened }, identity);
  }
  expectOpened(files);
  return taken;
}

/**
 * Runs the child, which prints its peak memory.
 *
 * @param {readonly string[]} args empty for an idle child
 * @returns {Promise<{ own: number, programs: number }>} MiB
 */
async function peak(args) {
  const child = spawn(process.execPath, [inProject("bench/strategyChild.mjs"), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const programs = watchPrograms(child.pid ?? 0);
  /** @type {Promise<number | null>} */
  const exited = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  try {
    const [status, own] = await Promise.all([exited, text(child.stdout)]);
    if (status !== 0) throw new Error(`the child ended with exit code ${status}`);
    return { own: Number(own) / 1024, programs: programs.most() / 1024 };
  } finally {
    programs.end();
  }
}
