// Runs a VS Code server, on 127.0.0.1 only.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { URLSearchParams } from "node:url";
import { output } from "./childProcess.mjs";
import { Problem } from "./problem.mjs";

/** @typedef {import("./setup/vscodeServer.mjs").InstalledServer} InstalledServer */
/** @typedef {import("node:stream").Readable} Readable */

/**
 * @typedef {object} ServerOptions
 * @property {string} dataFolder settings, state and logs; made if it does not exist
 * @property {string} extensionsFolder
 * @property {NodeJS.ProcessEnv} [env] the environment of the extension host (default: that of this
 *   process)
 * @property {number} [port] default: any free one
 * @property {string} [token] keeps others out; default: a random one
 * @property {readonly string[]} [flags] more arguments of server-main.js
 * @property {readonly string[]} [nodeFlags] arguments of node itself, also for extension hosts
 */

/**
 * @typedef {object} RunningServer
 * @property {number} port
 * @property {string} token
 * @property {string} logFile the file with the server's output
 * @property {(query: Record<string, string>) => string} address the page that opens a window, with
 *   the token that keeps others out
 * @property {Promise<unknown>} ended
 * @property {() => Promise<void>} stop ends the server and what it started
 */

/**
 * Starts a server and waits until it listens (0.5 s).
 *
 * @param {InstalledServer} server
 * @param {ServerOptions} options
 * @returns {Promise<RunningServer>}
 */
export async function startServer(server, options) {
  const {
    dataFolder,
    extensionsFolder,
    env = process.env,
    port = 0,
    token = randomBytes(16).toString("hex"),
    flags = [],
    nodeFlags = [],
  } = options;
  await mkdir(dataFolder, { recursive: true });
  await chmod(dataFolder, 0o700);
  const tokenFile = join(dataFolder, "token");
  await writeFile(tokenFile, token, { mode: 0o600 });
  const logFile = join(dataFolder, "server.log");

  const listen = [
    "--host",
    "127.0.0.1",
    "--port",
    String(port),
    "--connection-token-file",
    tokenFile,
  ];
  const folders = ["--server-data-dir", dataFolder, "--extensions-dir", extensionsFolder];
  const consent = ["--accept-server-license-terms", "--telemetry-level", "off"];
  const ownFlags = [...listen, ...folders, ...consent, ...flags];
  const child = spawn(server.node, [...nodeFlags, server.main, ...ownFlags], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
    // The server has a process group of its own, so that `stop` also reaches the extension hosts.
    detached: true,
  });
  const log = createWriteStream(logFile);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const killGroup = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // The group has ended by itself.
    }
  };
  process.once("exit", killGroup);

  const listening = await listeningPort(child, logFile).catch((/** @type {unknown} */ error) => {
    killGroup();
    throw error;
  });
  return {
    port: listening,
    token,
    logFile,
    address: (query) => {
      const parameters = new URLSearchParams({ tkn: token, ...query });
      return `http://127.0.0.1:${listening}/?${parameters.toString()}`;
    },
    ended,
    stop: async () => {
      process.off("exit", killGroup);
      killGroup();
      await ended;
      log.end();
    },
  };
}

/**
 * Installs a packaged extension into an extensions folder.
 *
 * @param {InstalledServer} server
 * @param {{ vsix: string, dataFolder: string, extensionsFolder: string }} options
 */
export function installExtension(server, { vsix, dataFolder, extensionsFolder }) {
  const folders = ["--server-data-dir", dataFolder, "--extensions-dir", extensionsFolder];
  const install = ["--install-extension", vsix, "--accept-server-license-terms"];
  if (output(server.node, [server.main, ...install, ...folders]) === null) {
    throw new Problem(
      `VS Code ${server.version} could not install ${vsix}; does it exist, and is it a .vsix?`,
    );
  }
}

/**
 * @param {import("node:child_process").ChildProcessByStdio<null, Readable, Readable>} child
 * @param {string} logFile
 * @returns {Promise<number>}
 */
function listeningPort(child, logFile) {
  return new Promise((resolve, reject) => {
    let printed = "";
    child.stdout.on("data", (/** @type {Buffer} */ data) => {
      printed += data.toString("utf8");
      const port = /Extension host agent listening on (\d+)/.exec(printed)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    child.once("error", reject);
    child.once("close", (code) => {
      const reason = `the VS Code server ended while starting (exit code ${code}); see ${logFile}`;
      reject(new Problem(reason));
    });
  });
}
