// A process that does one operation by one strategy, and prints the most memory that it had, in
// KiB.
//   node strategyChild.mjs [PRODUCT WORKER JOB]    JOB as JSON; without them it does nothing
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { peakKibibytes } from "./peakMemory.mjs";

/**
 * @typedef {object} StrategyJob
 * @property {"native" | "pipe" | "tempfile"} strategy
 * @property {import("./context.mjs").Engine} engine of the native one
 * @property {number} threads of the native one
 * @property {"encrypt" | "decrypt"} operation
 * @property {"file to file" | "memory to memory"} shape
 * @property {string} from a file
 * @property {string} to a file; a result in memory is written there after the peak was measured
 * @property {import("./programs").BenchKey} key
 * @property {string} extensionFolder
 * @property {string} appRoot
 */

const [productFile, workerFile, jobText] = process.argv.slice(2);
if (productFile === undefined || workerFile === undefined || jobText === undefined) {
  console.log(peakKibibytes());
} else {
  /** @type {StrategyJob} */
  const job = JSON.parse(jobText);
  /** @type {typeof import("./product")} */
  const product = createRequire(import.meta.url)(productFile);
  const inMemory = job.shape === "memory to memory";
  const from = inMemory ? { bytes: readFileSync(job.from) } : { path: job.from };
  const { bytes } = await run(
    product,
    workerFile,
    job,
    from,
    inMemory ? "memory" : { path: job.to },
  );
  const peak = peakKibibytes();
  if (bytes !== null) writeFileSync(job.to, bytes);
  console.log(peak);
}

/**
 * @param {typeof import("./product")} product
 * @param {string} workerFile
 * @param {StrategyJob} job
 * @param {import("./ends").From} from
 * @param {import("./ends").To} to
 */
async function run(product, workerFile, job, from, to) {
  const { strategy, engine, threads, operation, key } = job;
  if (strategy === "native") {
    const one = product.contender(engine, threads, workerFile);
    const { identity, recipient } = product.benchKeys(key);
    const outcome = await (operation === "encrypt"
      ? one.encrypt(from, to, recipient, "binary")
      : one.decrypt(from, to, identity));
    await one.end();
    return outcome;
  }
  const { contenders } = await product.findPrograms(job.extensionFolder, job.appRoot);
  const one = contenders.find(({ name }) => name === strategy);
  if (one === undefined) throw new Error(`there is no strategy ${strategy}`);
  return one[operation](from, to, key);
}
