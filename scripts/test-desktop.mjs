// `npm run test:desktop`: runs the suites of test/host in a desktop VS Code, which it downloads, or
// in the one that CAGE_VSCODE names. On Linux without a desktop: xvfb-run -a npm run test:desktop.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { npm } from "./childProcess.mjs";
import { Problem, showError } from "./problem.mjs";
import { downloads, root } from "./project.mjs";
import { installNodeModules } from "./setup/nodeModules.mjs";
import { formatTotals } from "./totals.mjs";

process.exitCode = await main().catch((error) => {
  showError(error);
  return 1;
});

async function main() {
  await installNodeModules();
  await npm(["run", "--silent", "build"]);
  const { bundleHostTests } = await import("./hostBundle.mjs");
  const tests = await bundleHostTests();
  const vscode = process.env["CAGE_VSCODE"] ?? (await download());
  const totals = await runTests(vscode, tests);
  console.log(`\n${formatTotals(totals)}`);
  return totals.failed === 0 ? 0 : 1;
}

/**
 * Downloads VS Code.
 *
 * @returns {Promise<string>} the path of its program
 */
async function download() {
  const { downloadAndUnzipVSCode } = await import("@vscode/test-electron");
  const version = process.argv[2] ?? "stable";
  try {
    return await downloadAndUnzipVSCode({ version, cachePath: join(downloads, "desktop") });
  } catch (error) {
    throw new Problem(
      `VS Code ${version} could not be downloaded (${error}); name one in CAGE_VSCODE, ` +
        "or run the same suites in a server: npm test host",
    );
  }
}

/** @param {string} vscode @param {string} tests */
async function runTests(vscode, tests) {
  const electron = await import("@vscode/test-electron");
  const { report, testVariables } = await import("./hostTests.mjs");
  // The path is short, since VS Code makes a socket in it, whose path may have 103 characters.
  const scratch = await mkdtemp(join(tmpdir(), "cage-"));
  const logFile = join(scratch, "tests.log");
  /** @type {string[]} */
  const messages = [];
  try {
    await electron
      .runTests({
        vscodeExecutablePath: vscode,
        extensionDevelopmentPath: root,
        extensionTestsPath: tests,
        extensionTestsEnv: testVariables(logFile, "all"),
        launchArgs: [
          await mkdtemp(join(scratch, "folder-")),
          `--user-data-dir=${join(scratch, "data")}`,
          `--extensions-dir=${join(scratch, "extensions")}`,
          "--disable-extensions",
          "--disable-workspace-trust",
        ],
      })
      .catch((error) => messages.push(String(error)));
    return await report(logFile, messages);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
