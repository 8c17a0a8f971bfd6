// The stages of `npm test`, in order.
import { npm } from "./childProcess.mjs";
import { runHostTests } from "./hostTests.mjs";
import { Problem } from "./problem.mjs";
import { installServer, releases } from "./setup/vscodeServer.mjs";
import { runVitest } from "./vitest.mjs";
import { packageVsix } from "./vsix.mjs";

/** @typedef {import("./setup/needs.mjs").Need} Need */

/**
 * @typedef {object} Stage
 * @property {string} name
 * @property {readonly Need[]} needs if one is missing, the stage is skipped
 * @property {readonly Need[]} [wishes] if one is missing, some of the stage's tests skip themselves
 * @property {string} [after] a stage whose result it uses
 * @property {() => Promise<import("./totals.mjs").Totals>} run
 */

/** @type {readonly Stage[]} */
const stages = [
  { name: "check", needs: [], run: check },
  { name: "unit", needs: [], wishes: ["age", "pty"], run: () => runVitest("unit", []) },
  { name: "package", needs: [], run: packageVsix },
  host("host:newest", "newest", "all"),
  host("host:oldest", "oldest", "all"),
  host("host:desktop-ciphers", "newest", "desktop"),
  {
    name: "e2e",
    needs: ["newest", "chromium", "age"],
    wishes: ["pty"],
    after: "package",
    run: () => runVitest("e2e", ["--config", "vitest.e2e.config.mts"]),
  },
];

/**
 * Selects stages by their names.
 *
 * @param {readonly string[]} names all stages if empty; "host" means every stage "host:…"
 * @returns {Stage[]} the named stages and those that they build on, in order
 * @throws Problem if there is no such stage
 */
export function selectStages(names) {
  for (const name of names) {
    if (stages.some((stage) => isNamed(stage, name))) continue;
    const known = stages.map((stage) => stage.name).join(", ");
    throw new Problem(`there is no test stage "${name}"; the stages are ${known}`);
  }
  const chosen = stages.filter(
    (stage) => names.length === 0 || names.some((name) => isNamed(stage, name)),
  );
  return stages.filter(
    (stage) => chosen.includes(stage) || chosen.some(({ after }) => after === stage.name),
  );
}

/** @param {Stage} stage @param {string} name */
function isNamed(stage, name) {
  return stage.name === name || stage.name.startsWith(`${name}:`);
}

/**
 * @param {string} name
 * @param {keyof typeof releases} release
 * @param {"all" | "desktop"} ciphers
 * @returns {Stage}
 */
function host(name, release, ciphers) {
  return {
    name,
    needs: [release, "chromium"],
    after: "package",
    run: async () => runHostTests(await installServer(releases[release]), ciphers),
  };
}

async function check() {
  // Each takes one core. All of them end before a failure is reported.
  const checks = ["types", "lint", "format"].map((what) =>
    npm(["run", "--silent", `check:${what}`]),
  );
  await Promise.allSettled(checks);
  await Promise.all(checks);
  return { passed: 1, failed: 0, skipped: 0 };
}
