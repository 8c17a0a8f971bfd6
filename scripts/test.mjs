// `npm test [stage…]`: sets this machine up and runs the stages; see stages.mjs.
import { rm } from "node:fs/promises";
import { ProgramFailed } from "./childProcess.mjs";
import { showError } from "./problem.mjs";
import { inProject } from "./project.mjs";
import { installNodeModules } from "./setup/nodeModules.mjs";
import { addTotals, formatTotals } from "./totals.mjs";

/** @typedef {import("./stages.mjs").Stage} Stage */
/** @typedef {import("./totals.mjs").Totals} Totals */

const oneSkipped = { passed: 0, failed: 0, skipped: 1 };

/** @type {{ name: string, result: string, seconds: number, totals: Totals }[]} */
const results = [];

process.exitCode = await main(process.argv.slice(2)).catch((error) => {
  showError(error);
  return 1;
});

/** @param {readonly string[]} names @returns {Promise<number>} the exit code */
async function main(names) {
  const started = performance.now();
  await installNodeModules();
  // These modules load packages that exist only now.
  const { selectStages } = await import("./stages.mjs");
  const { supply } = await import("./setup/needs.mjs");
  const stages = selectStages(names);
  const needs = stages.flatMap((stage) => [...stage.needs, ...(stage.wishes ?? [])]);
  const missing = await supply([...new Set(needs)]);
  record("set up", "done", started, { passed: 0, failed: 0, skipped: 0 });

  await rm(inProject("test-results"), { recursive: true, force: true });
  let exitCode = 0;
  for (const stage of stages) {
    if (exitCode === 0) exitCode = await runStage(stage, missing);
    else record(stage.name, "NOT RUN", performance.now(), oneSkipped);
  }
  summarize([...missing.values()]);
  return exitCode;
}

/**
 * @param {Stage} stage
 * @param {ReadonlyMap<import("./setup/needs.mjs").Need, string>} missing
 * @returns {Promise<number>} the exit code
 */
async function runStage(stage, missing) {
  const started = performance.now();
  const lacking = stage.needs.flatMap((need) => missing.get(need) ?? []);
  if (lacking.length > 0) {
    console.log(`\n==== ${stage.name}: SKIPPED\n${lacking.join("\n")}`);
    record(stage.name, "SKIPPED", started, oneSkipped);
    return 0;
  }
  console.log(`\n==== ${stage.name}`);
  for (const wish of stage.wishes ?? []) {
    if (missing.has(wish)) console.log(`Some tests skip themselves: ${missing.get(wish)}`);
  }
  const { totals, exitCode } = await outcome(stage);
  const result = exitCode === 0 ? "passed" : "FAILED";
  record(stage.name, result, started, totals);
  console.log(`==== ${stage.name}: ${result} in ${results.at(-1)?.seconds.toFixed(1)} s`);
  return exitCode;
}

/** @param {Stage} stage */
async function outcome(stage) {
  try {
    const totals = await stage.run();
    return { totals, exitCode: totals.failed === 0 ? 0 : 1 };
  } catch (error) {
    showError(error);
    const exitCode = error instanceof ProgramFailed ? error.exitCode : 1;
    return { totals: { passed: 0, failed: 1, skipped: 0 }, exitCode };
  }
}

/**
 * @param {string} name
 * @param {string} result
 * @param {number} started
 * @param {import("./totals.mjs").Totals} totals
 */
function record(name, result, started, totals) {
  results.push({ name, result, seconds: (performance.now() - started) / 1000, totals });
}

/** @param {readonly string[]} missing */
function summarize(missing) {
  console.log("");
  for (const { name, result, seconds, totals } of results) {
    const time = `${seconds.toFixed(1)} s`.padStart(8);
    console.log(`${name.padEnd(22)}${result.padEnd(9)}${time}   ${formatTotals(totals)}`);
  }
  for (const sentence of missing) console.log(`NOT TESTED HERE: ${sentence}`);
  console.log(`\n${formatTotals(addTotals(results.map(({ totals }) => totals)))}`);
}
