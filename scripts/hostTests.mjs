// Runs test/host inside the extension host of a VS Code server, with a browser as its window.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchChromium } from "./chromium.mjs";
import { bundleHostTests } from "./hostBundle.mjs";
import { Problem } from "./problem.mjs";
import { root } from "./project.mjs";
import { startScratchServer } from "./scratchServer.mjs";
import { parseTotals } from "./totals.mjs";

/** The longest time, in milliseconds, that all suites together may take. */
const patienceMilliseconds = 300_000;

/**
 * Runs the suites.
 *
 * @param {import("./setup/vscodeServer.mjs").InstalledServer} server
 * @param {"all" | "desktop"} ciphers `desktop`: without those that Electron's node:crypto lacks
 * @returns {Promise<import("./totals.mjs").Totals>}
 */
export async function runHostTests(server, ciphers) {
  const tests = await bundleHostTests();
  const logs = await mkdtemp(join(tmpdir(), "cage-host-log-"));
  const logFile = join(logs, "tests.log");
  try {
    const messages = await runInExtensionHost(server, tests, testVariables(logFile, ciphers));
    return await report(logFile, messages);
  } finally {
    await rm(logs, { recursive: true, force: true });
  }
}

/**
 * Runs a script in the extension host of a window of its own, with an empty folder open.
 *
 * @param {import("./setup/vscodeServer.mjs").InstalledServer} server
 * @param {string} script a module for `extensionTestsPath`; the window closes when its `run` ends
 * @param {Readonly<Record<string, string>>} env the script's variables
 * @returns {Promise<string[]>} the window's messages
 */
export async function runInExtensionHost(server, script, env) {
  const workspace = await mkdtemp(join(tmpdir(), "cage-host-"));
  const running = await startScratchServer(server, {
    environment: "clean",
    env,
    // Without this flag, a built VS Code ignores extensionDevelopmentPath and extensionTestsPath.
    flags: ["--enable-smoke-test-driver"],
  });
  try {
    return await openUntilExit(running, { tests: script, workspace });
  } finally {
    await running.stop();
    await rm(workspace, { recursive: true, force: true });
  }
}

/**
 * Returns the environment variables that tell test/host/runner.ts how to run.
 *
 * @param {string} logFile
 * @param {"all" | "desktop"} ciphers
 */
export function testVariables(logFile, ciphers) {
  return {
    CAGE_TEST_LOG: logFile,
    CAGE_TEST_CIPHERS: ciphers,
    CAGE_TEST_ONLY: process.env["CAGE_TEST_ONLY"] ?? "",
  };
}

/**
 * Prints what the tests have logged, and counts them.
 *
 * @param {string} logFile
 * @param {readonly string[]} messages printed, too, if the tests did not end
 */
export async function report(logFile, messages) {
  const log = await readFile(logFile, "utf8").catch(() => "");
  process.stdout.write(log);
  const totals = parseTotals(log);
  if (totals !== null) return totals;
  console.log(messages.join("\n"));
  throw new Problem("the extension host ended before its tests did; its messages are above");
}

/**
 * Opens a window and waits until its tests end.
 *
 * @param {import("./serverProcess.mjs").RunningServer} server
 * @param {{ tests: string, workspace: string }} what
 * @returns {Promise<string[]>} the window's messages
 */
async function openUntilExit(server, { tests, workspace }) {
  const remote = `vscode-remote://127.0.0.1:${server.port}`;
  const payload = JSON.stringify([
    ["extensionDevelopmentPath", remote + root],
    ["extensionTestsPath", remote + tests],
  ]);
  /** @type {string[]} */
  const messages = [];
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    page.on("console", (message) => messages.push(message.text()));
    /** @type {Promise<void>} */
    const exit = new Promise((resolve) => {
      const late = setTimeout(() => {
        messages.push(`it did not end within ${patienceMilliseconds / 1000} s`);
        resolve();
      }, patienceMilliseconds);
      void page.exposeFunction("codeAutomationExit", () => {
        clearTimeout(late);
        resolve();
      });
    });
    await page.exposeFunction(
      "codeAutomationLog",
      (/** @type {string} */ type, /** @type {unknown[]} */ args) => {
        messages.push([type, ...args].join(" "));
      },
    );
    await page.goto(server.address({ folder: workspace, payload }));
    await exit;
  } finally {
    await browser.close();
  }
  return messages;
}
