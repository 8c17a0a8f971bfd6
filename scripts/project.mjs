// The paths of this project.
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that holds package.json. */
export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[/\\]$/, "");

/**
 * The folder of downloads that serve all clones: VS Code servers, 1 GB. It lies outside of the
 * project, since `vsce package` would walk through all of it.
 */
export const downloads = resolve(
  process.env["CAGE_CACHE"] ||
    join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "cage-vscode"),
);

/**
 * Returns a path inside the project.
 *
 * @param {...string} parts
 */
export const inProject = (...parts) => join(root, ...parts);

/**
 * Tells whether node was started with this script, rather than importing it.
 *
 * @param {string} url the script's `import.meta.url`
 */
export const isStarted = (url) => process.argv[1] === fileURLToPath(url);
