// The needs of the tests beside node_modules: how each is found, and how to get it.
import { chromiumAdvice, findChromium } from "../chromium.mjs";
import { findProgram } from "../childProcess.mjs";
import { showError } from "../problem.mjs";
import { aptAdvice, installDebianPackages } from "./debianPackages.mjs";
import { nodePtyWorks } from "./nodeModules.mjs";
import {
  buildServerLogging,
  hasCompiler,
  installServer,
  isInstalled,
  releases,
  serversRunHere,
} from "./vscodeServer.mjs";

/**
 * @typedef {"age" | "pty" | "chromium" | "newest" | "oldest"} Need
 *
 * @typedef {object} Supply
 * @property {string} name for a person
 * @property {() => boolean} isThere
 * @property {readonly string[]} programs that it consists of or is made with; Debian's packages
 *   have the same names
 * @property {() => Promise<void>} make gets it if that takes more than these programs; quick if it
 *   is there
 * @property {string} advice for a person who wants to get it
 */

const compiler = ["g++", "make", "python3"];

/** @type {Record<Need, Supply>} */
const supplies = {
  age: {
    name: "the age program",
    isThere: () => findProgram("age") !== null,
    programs: ["age"],
    make: async () => {},
    advice: `${aptAdvice(["age"])} (or see https://age-encryption.org)`,
  },
  pty: {
    name: "node-pty",
    isThere: nodePtyWorks,
    // The package brings all that it needs for Linux, macOS and Windows on x64 and ARM64.
    programs: [],
    make: async () => {},
    advice: `${aptAdvice(compiler)}, then npm rebuild node-pty --ignore-scripts=false`,
  },
  chromium: {
    name: "Chromium",
    isThere: () => findChromium() !== null,
    programs: ["chromium", "chromium-headless-shell"],
    // Older Debian releases lack the second one, and apt installs either all or nothing.
    make: async () => {
      if (findChromium() === null) await installDebianPackages(["chromium"]);
    },
    advice: chromiumAdvice,
  },
  newest: server(releases.newest, compiler, async (installed) => {
    if (hasCompiler()) await buildServerLogging(installed);
  }),
  oldest: server(releases.oldest, [], async () => {}),
};

/**
 * Gets what is needed, as far as this machine allows.
 *
 * @param {readonly Need[]} needs
 * @returns {Promise<Map<Need, string>>} what is still missing, as sentences for a person
 */
export async function supply(needs) {
  const absent = needs.map((need) => supplies[need]).filter(({ isThere }) => !isThere());
  const programs = new Set(absent.flatMap((one) => one.programs));
  const packages = [...programs].filter((program) => findProgram(program) === null);
  if (packages.length > 0) await installDebianPackages(packages).catch(showError);
  /** @type {Map<Need, string>} */
  const missing = new Map();
  for (const need of needs) {
    const { name, isThere, make, advice } = supplies[need];
    await make().catch(showError);
    if (!isThere()) missing.set(need, `${name} is missing. To get it: ${advice}`);
  }
  return missing;
}

/**
 * @param {import("./vscodeServer.mjs").ServerRelease} release
 * @param {readonly string[]} programs
 * @param {(server: import("./vscodeServer.mjs").InstalledServer) => Promise<void>} complete
 * @returns {Supply}
 */
function server(release, programs, complete) {
  return {
    name: `the server of VS Code ${release.vscode}`,
    isThere: () => isInstalled(release),
    programs,
    make: async () => {
      if (serversRunHere) await complete(await installServer(release));
    },
    advice: serversRunHere
      ? "see the messages of npm above"
      : "use Linux on x64; elsewhere `npm run test:desktop` runs the host tests in a desktop VS Code",
  };
}
