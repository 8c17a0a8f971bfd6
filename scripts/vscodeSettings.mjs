// The settings of the VS Code windows that scripts and tests open: a plain, quiet editor.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * The settings under which nothing asks or calls home, and files are saved by hand as on the
 * desktop.
 */
export const quietSettings = {
  "chat.disableAIFeatures": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "files.autoSave": "off",
  "git.openRepositoryInParentFolders": "never",
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
};

/**
 * Writes the settings of a server's window. Such a window takes settings of machine scope only from
 * the machine's file, and all others from the user's. So both files get everything.
 *
 * @param {string} dataFolder the server's `--server-data-dir`
 * @param {Record<string, unknown>} settings
 */
export async function writeServerSettings(dataFolder, settings) {
  for (const owner of ["User", "Machine"]) {
    await writeSettings(join(dataFolder, "data", owner), settings);
  }
}

/**
 * Writes a settings.json.
 *
 * @param {string} folder its folder
 * @param {Record<string, unknown>} settings
 */
export async function writeSettings(folder, settings) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "settings.json"), JSON.stringify(settings, null, 2));
}
