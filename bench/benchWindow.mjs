// The window of a real VS Code with the packaged extension, as the cases that look at it need one.
import { launchChromium } from "../scripts/chromium.mjs";
import { output } from "../scripts/childProcess.mjs";
import { inProject } from "../scripts/project.mjs";
import { startScratchServer } from "../scripts/scratchServer.mjs";
import { wrong } from "./data.mjs";

/**
 * @typedef {object} BenchWindow
 * @property {import("playwright-core").Page} page
 * @property {string} dataFolder the folder of VS Code's own data
 * @property {() => Promise<void>} close
 */

/** Builds the package that every window installs. */
export function buildPackage() {
  if (output("npm", ["run", "--silent", "package"]) === null) throw wrong("the package");
}

/**
 * Opens a folder in a VS Code whose settings, state and extensions are new.
 *
 * @param {import("../scripts/setup/vscodeServer.mjs").InstalledServer} installed
 * @param {string} folder
 * @param {Readonly<Record<string, unknown>>} settings added to those that keep VS Code quiet
 * @returns {Promise<BenchWindow>} the window, once VS Code has loaded its extensions
 */
export async function openBenchWindow(installed, folder, settings) {
  const server = await startScratchServer(installed, {
    environment: "clean",
    vsix: inProject("dist/cage.vsix"),
    settings,
  });
  const browser = await launchChromium();
  const close = async () => {
    await browser.close();
    await server.stop();
  };
  try {
    const page = await browser.newPage();
    await page.setViewportSize({ width: 1280, height: 800 });
    page.setDefaultTimeout(30_000);
    await page.goto(server.address({ folder }));
    await page.waitForFunction("performance.getEntriesByName('code/didLoadExtensions').length > 0");
    return { page, dataFolder: server.dataFolder, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Locates a file's row in the Explorer.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} name
 */
export function explorerRow(page, name) {
  return page.locator(`.explorer-folders-view .monaco-list-row[aria-label="${name}"]`);
}
