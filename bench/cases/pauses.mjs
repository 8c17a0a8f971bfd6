// Measures the event loop's longest pause while a large file is encrypted and decrypted: in this
// process, and in a real extension host.
import { formatSize } from "../bytes.mjs";
import { expectOpened, makeFiles, spoil } from "../data.mjs";
import { atMost } from "../figure.mjs";
import { pausesInHost } from "../host/host.mjs";
import { longestPause } from "../pauses.mjs";
import { hasRoom } from "../places.mjs";

/**
 * @typedef {import("../context.mjs").Context} Context
 * @typedef {import("../data.mjs").Files} Files
 * @typedef {import("../figure.mjs").Figure} Figure
 */

/** @type {import("../context.mjs").Case} */
export async function pausesCase(context) {
  const { places, say, size } = context;
  const [place] = places;
  if (place === undefined || !hasRoom(place, size * 3)) {
    say(`SKIPPED: there is no room for three files of ${formatSize(size)}`);
    return [];
  }
  const files = makeFiles(place, size);
  try {
    return [...(await here(context, files)), ...(await inHost(context, files))];
  } finally {
    files.remove();
  }
}

/** @param {Context} context @param {Files} files @returns {Promise<readonly Figure[]>} */
async function here({ contender, engines, keys, machine, say, size }, files) {
  const plain = { path: files.plain };
  const encrypted = { path: files.encrypted };
  const opened = { path: files.opened };
  const { identity } = keys;
  /** @type {Figure[]} */
  const figures = [];
  for (const engine of engines.filter((name) => name !== "portable")) {
    for (const threads of machine.cores === 1 ? [1] : [2, 1]) {
      const one = contender(engine, threads);
      say(`  this process, ${one.name}`);
      spoil(opened.path);
      const longest = {
        encrypt: await longestPause(() =>
          one.encrypt(plain, encrypted, identity.recipient, "binary"),
        ),
        decrypt: await longestPause(() => one.decrypt(encrypted, opened, identity)),
      };
      expectOpened(files);
      figures.push(...rows("this process", one.name, size, longest));
    }
  }
  return figures;
}

/** @param {Context} context @param {Files} files @returns {Promise<readonly Figure[]>} */
async function inHost(context, files) {
  const { bundle, engines, keys, machine, say, server, size } = context;
  if (server === null) {
    say("SKIPPED: the extension host needs a VS Code server (Linux on x64) and a Chromium");
    return [];
  }
  say(`  the extension host of VS Code ${server.version}`);
  const fast = engines.filter((engine) => engine !== "portable");
  const threads = Math.min(machine.cores, 2);
  const result = await pausesInHost(server, bundle.hostFile, {
    workerFile: bundle.workerFile,
    identityFile: keys.identityFile,
    engines: fast,
    threads,
    files: { plain: files.plain, encrypted: files.encrypted, opened: files.opened },
  });
  expectOpened(files);
  const where = `an extension host (Node ${result.node})`;
  return [
    {
      family: heading(size),
      what: where,
      who: "nothing, for a second",
      value: result.idle,
      unit: "ms",
    },
    ...result.runs.flatMap(({ name, longest }) => rows(where, name, size, longest)),
  ];
}

/** @param {number} size */
const heading = (size) => `The event loop's longest pause, file to file, ${formatSize(size)}`;

/**
 * @param {string} where
 * @param {string} name
 * @param {number} size
 * @param {{ encrypt: number, decrypt: number }} longest
 * @returns {Figure[]}
 */
function rows(where, name, size, longest) {
  return Object.entries(longest).map(([operation, value]) => ({
    family: heading(size),
    what: where,
    who: `${operation}, ${name}`,
    value,
    unit: "ms",
    aim: atMost(50),
  }));
}
