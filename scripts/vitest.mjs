// Runs Vitest and counts its tests.
import { readFile } from "node:fs/promises";
import { run } from "./childProcess.mjs";
import { Problem } from "./problem.mjs";
import { inProject } from "./project.mjs";

/**
 * Runs Vitest.
 *
 * @param {string} name of the report in test-results/
 * @param {readonly string[]} args
 * @returns {Promise<import("./totals.mjs").Totals>}
 */
export async function runVitest(name, args) {
  const report = inProject("test-results", `${name}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const vitest = inProject("node_modules/vitest/vitest.mjs");
  /** @type {unknown} */
  let failure = null;
  await run(process.execPath, [vitest, "run", ...reporters, ...args]).catch((error) => {
    failure = error;
  });
  const totals = await readTotals(report);
  // The failure is not a test's: for example, a file does not load.
  if (failure !== null && (totals === null || totals.failed === 0)) throw failure;
  if (totals === null) throw new Problem(`Vitest wrote no report to ${report}`);
  return totals;
}

/** @param {string} report */
async function readTotals(report) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
      await readFile(report, "utf8"),
    );
    return {
      passed: numPassedTests,
      failed: numFailedTests,
      skipped: numPendingTests + numTodoTests,
    };
  } catch {
    return null;
  }
}
