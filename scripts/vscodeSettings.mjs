// Settings of the VS Code windows that the scripts and tests open: a plain, quiet editor.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Nothing asks, nothing calls home, and files are saved as on the desktop: by hand. */
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
 * Writes the settings of a server's window. A window on a server takes settings of machine scope
 * only from the machine's file, and all others from the user's, so both get everything.
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
 * @param {string} folder that of settings.json
 * @param {Record<string, unknown>} settings
 */
export async function writeSettings(folder, settings) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "settings.json"), JSON.stringify(settings, null, 2));
}
