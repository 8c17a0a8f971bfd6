// A process that does one operation, file to file, and prints the most memory that it had, in KiB.
//   node footprintChild.mjs [PRODUCT WORKER JOB]    JOB as JSON; without them it does nothing
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { peakKibibytes } from "./peakMemory.mjs";

const [productFile, workerFile, jobText] = process.argv.slice(2);
if (productFile !== undefined && workerFile !== undefined && jobText !== undefined) {
  /** @type {typeof import("./product")} */
  const product = createRequire(import.meta.url)(productFile);
  const { engine, threads, operation, from, to, identityFile } = JSON.parse(jobText);
  const one = product.contender(engine, threads, workerFile);
  const key = product.X25519Identity.parse(readFileSync(identityFile));
  if (operation === "encrypt") {
    await one.encrypt({ path: from }, { path: to }, key.recipient, "binary");
  } else {
    await one.decrypt({ path: from }, { path: to }, key);
  }
  await one.end();
}
console.log(peakKibibytes());
