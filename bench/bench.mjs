// `npm run bench`: compares Cage's speed with the age program's, on the same machine in the same
// run. Machines differ and drift, so only ratios mean anything. The bench fails if an output is
// wrong, and never because something is slow. Its options are in options.mjs.
import { existsSync, realpathSync } from "node:fs";
import { ProgramFailed, run } from "../scripts/childProcess.mjs";
import { Problem, showError } from "../scripts/problem.mjs";
import { inProject } from "../scripts/project.mjs";
import { installNodeModules } from "../scripts/setup/nodeModules.mjs";
import { installServer, releases, serversRunHere } from "../scripts/setup/vscodeServer.mjs";
import { parseOptions, usage } from "./options.mjs";

process.exitCode = await main(process.argv.slice(2)).catch((error) => {
  if (error instanceof ProgramFailed) return error.exitCode;
  showError(error);
  return 1;
});

/** @param {readonly string[]} args @returns {Promise<number>} the exit code */
async function main(args) {
  const options = parseOptions(args);
  if (options.help) {
    console.log(usage);
    return 0;
  }
  await installNodeModules();
  const node = await chosenNode(options.node);
  if (realpathSync(node) === realpathSync(process.execPath)) {
    // This module loads packages that exist only now.
    const { runBench } = await import("./runBench.mjs");
    return runBench(options);
  }
  await run(node, [inProject("bench/bench.mjs"), ...withoutNode(args), "--node", node]);
  return 0;
}

/**
 * Finds the Node to measure on: by default the one in users' extension hosts.
 *
 * @param {string | null} wanted
 */
async function chosenNode(wanted) {
  if (wanted === null) {
    if (serversRunHere) return (await installServer(releases.newest)).node;
    console.log(
      "There is no VS Code server for this system: measuring on the Node that runs this script.",
    );
    return process.execPath;
  }
  if (!existsSync(wanted)) throw new Problem(`there is no Node at ${wanted}`);
  return wanted;
}

/** @param {readonly string[]} args */
function withoutNode(args) {
  return args.filter(
    (arg, index) => arg !== "--node" && args[index - 1] !== "--node" && !arg.startsWith("--node="),
  );
}
