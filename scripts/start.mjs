// `npm start`: builds the extension and opens a sample workspace with it, in the desktop VS Code if
// its `code` is on the PATH, else in a VS Code server for the browser.
//   npm start -- --browser      the server in any case
//   npm start -- --port 8000    the server's port (default: a free one)
import { parseArgs } from "node:util";
import { findProgram, npm, run } from "./childProcess.mjs";
import { endTogether } from "./endTogether.mjs";
import { Problem, showError } from "./problem.mjs";
import { inProject, root } from "./project.mjs";
import { installNodeModules } from "./setup/nodeModules.mjs";
import { installServer, releases, serversRunHere } from "./setup/vscodeServer.mjs";
import { quietSettings, writeSettings } from "./vscodeSettings.mjs";

/** True once there is a server to stop, and its folder to remove. */
let isServing = false;

try {
  await main();
} catch (error) {
  showError(error);
  process.exitCode = 1;
}

async function main() {
  const { values } = parseArgs({
    options: { browser: { type: "boolean" }, port: { type: "string", default: "0" } },
  });
  const code = values.browser === true ? null : desktopCode();
  if (code === null && !serversRunHere) {
    throw new Problem(
      "VS Code's command `code` is not on the PATH, and its server runs only on Linux on x64; " +
        "in VS Code, press F1 and run: Shell Command: Install 'code' command in PATH",
    );
  }
  // A desktop VS Code may outlive this script, but a server that nobody sees has to end with it.
  const asked = code === null ? endTogether() : null;
  void asked?.then(() => {
    if (!isServing) process.exit(1);
  });
  await installNodeModules();
  const { makeSampleWorkspace } = await import("./sampleWorkspace.mjs");
  const sample = await makeSampleWorkspace();
  const settings = { ...sample.settings, "workbench.startupEditor": "readme" };
  if (asked !== null) await openInBrowser(sample.folder, settings, Number(values.port), asked);
  else if (code !== null) await openOnDesktop(code, sample.folder, settings);
}

/**
 * Opens a desktop VS Code with user data of its own. So the demo identity never gets into the
 * user's settings, and the window does not depend on another open VS Code.
 *
 * @param {string} code
 * @param {string} folder
 * @param {Record<string, unknown>} settings
 */
async function openOnDesktop(code, folder, settings) {
  await npm(["run", "--silent", "build"]);
  const userData = inProject(".cache/sample/user-data");
  await writeSettings(`${userData}/User`, { ...quietSettings, ...settings });
  const own = [`--user-data-dir=${userData}`, `--extensionDevelopmentPath=${root}`];
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  await run(code, [...own, ...asRoot, "--new-window", folder]);
  console.log(`\nVS Code opens ${folder}; its README.md says what to click.`);
}

/**
 * Finds the desktop's `code`. The `code` of a terminal in a remote window does not count.
 *
 * @returns {string | null} its path
 */
function desktopCode() {
  if (process.env["VSCODE_IPC_HOOK_CLI"] !== undefined) return null;
  const noDisplay = !process.env["DISPLAY"] && !process.env["WAYLAND_DISPLAY"];
  if (process.platform === "linux" && noDisplay) return null;
  return findProgram("code");
}

/**
 * Opens a server for the browser, and waits for its end.
 *
 * @param {string} folder
 * @param {Record<string, unknown>} settings
 * @param {number} port
 * @param {Promise<void>} asked fulfilled when this script is asked to end
 */
async function openInBrowser(folder, settings, port, asked) {
  const server = await installServer(releases.newest);
  await npm(["run", "--silent", "package"]);
  const { startScratchServer } = await import("./scratchServer.mjs");
  isServing = true;
  const running = await startScratchServer(server, {
    environment: "user",
    settings,
    vsix: inProject("dist/cage.vsix"),
    port,
  });
  console.log(`\nVS Code ${server.version} with Cage and a sample workspace:\n`);
  console.log(`    ${running.address({ folder })}\n`);
  console.log("Open this address in a browser on this machine; Ctrl+C stops the server.");
  const ending = await Promise.race([asked, running.ended.then(() => "itself")]);
  await running.stop();
  if (ending === "itself") throw new Problem("the VS Code server ended unexpectedly");
}
