// Where things lie in this project.
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that holds package.json. */
export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[/\\]$/, "");

/**
 * The folder for what is downloaded once and serves all clones: VS Code servers, 1 GB. It lies
 * outside of the project, since `vsce package` would walk through all of it.
 */
export const downloads = resolve(
  process.env["CAGE_CACHE"] ||
    join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "cage-vscode"),
);

/**
 * A path inside the project.
 *
 * @param {...string} parts
 */
export const inProject = (...parts) => join(root, ...parts);

/**
 * Tells whether a script is the one that node was started with, and not an imported one.
 *
 * @param {string} url the script's `import.meta.url`
 */
export const isStarted = (url) => process.argv[1] === fileURLToPath(url);
