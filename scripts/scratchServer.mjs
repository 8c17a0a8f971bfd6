// A VS Code server with settings, state and extensions of its own, which are removed when it stops.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyInstalled } from "./installedExtensions.mjs";
import { startServer } from "./serverProcess.mjs";
import { quietSettings, writeServerSettings } from "./vscodeSettings.mjs";

/**
 * @typedef {object} ScratchOptions
 * @property {readonly string[]} [nodeFlags] arguments of node itself, also for extension hosts
 * @property {"clean" | "user"} environment of the extension host: PATH and an empty home,
 *   or this process's own
 * @property {Readonly<Record<string, string>>} [env] added to it
 * @property {Readonly<Record<string, unknown>>} [settings] added to those that keep it quiet
 * @property {string} [vsix] an extension to install
 * @property {readonly string[]} [companions] more extensions to install
 * @property {number} [port]
 * @property {readonly string[]} [flags] more arguments of server-main.js
 *
 * @typedef {import("./serverProcess.mjs").RunningServer & {
 *   dataFolder: string,
 *   restart: () => Promise<void>,
 * }} ScratchServer `restart` kills the server and starts it again at the same address
 */

/**
 * @param {import("./setup/vscodeServer.mjs").InstalledServer} server
 * @param {ScratchOptions} options
 * @returns {Promise<ScratchServer>}
 */
export async function startScratchServer(server, options) {
  const { environment, env = {}, settings = {}, vsix, companions = [], ...rest } = options;
  const scratch = await mkdtemp(join(tmpdir(), "cage-vscode-"));
  const remove = () => rm(scratch, { recursive: true, force: true });
  const dataFolder = join(scratch, "data");
  const extensionsFolder = join(scratch, "extensions");
  const home = join(scratch, "home");
  const temporary = join(scratch, "tmp");
  const clean = { PATH: process.env["PATH"], LANG: "C.UTF-8", HOME: home };
  try {
    for (const folder of [home, temporary]) await mkdir(folder);
    await writeServerSettings(dataFolder, { ...quietSettings, ...settings });
    const own = vsix === undefined ? [] : [vsix];
    await copyInstalled(server, [...own, ...companions], extensionsFolder);
    const start = {
      dataFolder,
      extensionsFolder,
      env: { ...(environment === "clean" ? clean : process.env), TMPDIR: temporary, ...env },
      ...rest,
    };
    let running = await startServer(server, start);
    const { port, token } = running;
    const restart = async () => {
      await running.stop();
      running = await startServer(server, { ...start, port, token });
    };
    const stop = async () => {
      await running.stop();
      await remove();
    };
    return { ...running, restart, stop, dataFolder };
  } catch (error) {
    await remove();
    throw error;
  }
}
