// Measures each strategy against the age program alone: files and documents, recipients and
// passphrases.
import { readFileSync, truncateSync } from "node:fs";
import { runAge } from "../ageProgram.mjs";
import { formatSize, gibibyte, mebibyte } from "../bytes.mjs";
import { sayDropped } from "../context.mjs";
import { expectOpened, expectPlaintext, makeFiles } from "../data.mjs";
import { atLeast } from "../figure.mjs";
import { haveMemory } from "../freshMemory.mjs";
import { collectGarbage } from "../garbage.mjs";
import { compare, timed, undisturbedRatiosTo } from "../measure.mjs";
import { hasRoom } from "../places.mjs";
import { formatValue } from "../table.mjs";
import { inProject } from "../../scripts/project.mjs";
import { peakFigures } from "./strategyPeaks.mjs";

/**
 * @typedef {import("../context.mjs").Context} Context
 * @typedef {import("../data.mjs").Files} Files
 * @typedef {import("../ends").From} From
 * @typedef {import("../ends").To} To
 * @typedef {import("../figure.mjs").Figure} Figure
 * @typedef {import("../measure.mjs").Contestant} Contestant
 * @typedef {import("../programs").BenchKey} BenchKey
 * @typedef {import("../programs").Programs} Programs
 *
 * @typedef {"encrypt" | "decrypt"} Operation
 * @typedef {"file to file" | "memory to memory"} Shape
 *
 * @typedef {object} Scene the subject of the measurements, with its files
 * @property {Programs} programs
 * @property {string} appRoot
 * @property {number} size
 * @property {Files} files
 *
 * @typedef {(from: From, to: To, key: BenchKey) => Promise<{ bytes: Uint8Array | null }>} Run
 *
 * @typedef {object} OneStrategy
 * @property {string} name
 * @property {Record<Operation, Run>} run
 */

const family =
  "Strategies, times the throughput of the age program alone, file to file; by the fastest quarter, not the median";

/** The aims of `pipe`. */
const aims = { "file to file": atLeast(0.95), "memory to memory": atLeast(0.6) };

/** The largest document: nobody edits larger ones, and memory has to hold several times as much. */
const largestDocument = 256 * mebibyte;

const operations = /** @type {const} */ (["encrypt", "decrypt"]);
const shapes = /** @type {const} */ (["file to file", "memory to memory"]);

/** @type {import("../context.mjs").Case} */
export async function strategiesCase(context) {
  const { mode, places, product, say, server } = context;
  const [place] = places;
  // Quick runs use a quarter of a large file's size, since this case has so many of them.
  const size = Math.min(mode === "quick" ? context.size / 4 : context.size, gibibyte);
  const appRoot = server?.folder ?? "";
  const programs = await findPrograms(product, appRoot, say);
  if (programs === null) return [];
  // The place or the memory holds three files, the document and three results.
  if (place === undefined || !hasRoom(place, size * 8)) {
    say(`SKIPPED: there is no room for files and documents of ${formatSize(size)}`);
    return [];
  }
  const keys = keysOf(context, programs);
  /** @type {Figure[]} */
  const figures = [];
  // Cases that fill memory come last: a process with much memory takes longer to start the age
  // program.
  for (const shape of shapes) {
    const isLast = shape === shapes.at(-1);
    const shapeSize = shape === "file to file" ? size : Math.min(size, largestDocument);
    const files = makeFiles(place, shapeSize);
    const scene = { programs, appRoot, size: shapeSize, files };
    try {
      for (const key of keys) figures.push(...(await throughput(context, scene, key, shape)));
      if (isLast) figures.push(...(await peakFigures(context, scene, keys)));
    } finally {
      files.remove();
    }
  }
  return figures;
}

/**
 * @param {Context["product"]} product
 * @param {string} appRoot
 * @param {Context["say"]} say
 * @returns {Promise<Programs | null>}
 */
async function findPrograms(product, appRoot, say) {
  try {
    const programs = await product.findPrograms(inProject("."), appRoot);
    say(`  ${programs.name}; passphrases: ${programs.passphrases ?? "none without node-pty"}`);
    return programs;
  } catch (error) {
    say(`SKIPPED, ALL STRATEGIES: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

/**
 * @param {Context} context
 * @param {Programs} programs
 * @returns {readonly BenchKey[]}
 */
function keysOf({ keys, say }, { name, passphrases }) {
  const identity = Buffer.from(keys.identity.encode()).toString("latin1");
  const recipient = /** @type {const} */ ({ kind: "recipient", identity });
  if (passphrases === null) {
    say(`SKIPPED, ALL PASSPHRASES: ${name} needs a terminal for them, and node-pty is missing`);
    return [recipient];
  }
  return [recipient, { kind: "passphrase", passphrase: "correct-horse-battery-staple" }];
}

/**
 * @param {Context} context
 * @param {Scene} scene
 * @param {BenchKey} key
 * @param {Shape} shape
 * @returns {Promise<readonly Figure[]>}
 */
async function throughput(context, scene, key, shape) {
  const { mode, patience, product, say } = context;
  const { files, size } = scene;
  /** @type {Figure[]} */
  const figures = [];
  for (const operation of operations) {
    if (operation === "decrypt") await encryptForAll(context, scene, key);
    const what = `${operation}, ${key.kind}, ${shape}, ${formatSize(size)}`;
    say(`  ${what}`);
    const contestants = contestantsOf(context, scene, key, shape, operation);
    const [byKeys, byPassphrase] = mode === "quick" ? [11, 5] : [9, 5];
    const rounds = key.kind === "passphrase" ? byPassphrase : byKeys;
    const comparison = await compare(contestants, rounds, patience);
    sayDropped(context, comparison);
    const rows = undisturbedRatiosTo(comparison, ageAlone(scene, key));
    // This family takes long, so it reports its progress.
    say(
      `    ${rows.map(({ name, ratio }) => `${name}: ${formatValue(ratio, "times")}`).join("; ")}`,
    );
    figures.push(
      ...rows.map(({ name, ratio, spread, megabytesPerSecond, samples }) => ({
        ...{ family, what, who: name, value: ratio, unit: /** @type {const} */ ("times") },
        ...{ spread, megabytesPerSecond, samples },
        ...(name === "pipe" && { aim: aims[shape] }),
      })),
    );
  }
  if (key.kind === "passphrase" && shape === "file to file") {
    const seconds = await product.secondsToUnlock({ path: files.encrypted }, key);
    figures.push({
      ...{
        family,
        what: "Cage's own unlocking, with a passphrase",
        who: "before pipe and tempfile",
      },
      ...{
        value: seconds * 1000,
        unit: "ms",
        note: "not counted above; native needs it only once",
      },
    });
  }
  return figures;
}

/**
 * Makes the file that all contestants decrypt.
 *
 * @param {Context} context
 * @param {Scene} scene
 * @param {BenchKey} key
 */
async function encryptForAll({ product, reference }, { files: { plain, encrypted } }, key) {
  truncateSync(encrypted, 0);
  const { recipient } = product.benchKeys(key);
  await reference().encrypt({ path: plain }, { path: encrypted }, recipient, "binary");
}

/**
 * Returns the table's name for the program alone.
 *
 * @param {Scene} scene
 * @param {BenchKey} key
 */
function ageAlone({ programs }, key) {
  if (key.kind === "recipient") return "age, file to file";
  return programs.passphrases === "on a pseudo-terminal"
    ? "age, file to file, typed on the same pseudo-terminal"
    : "age, file to file, by age-plugin-batchpass";
}

/**
 * Makes contestants of the age program, file to file, and each strategy. All of them find an empty
 * output, as in the product.
 *
 * @param {Context} context
 * @param {Scene} scene
 * @param {BenchKey} key
 * @param {Shape} shape
 * @param {Operation} operation
 * @returns {readonly Contestant[]}
 */
function contestantsOf(context, scene, key, shape, operation) {
  const { files, size } = scene;
  const { plain, encrypted, opened } = files;
  const [from, to] = operation === "encrypt" ? [plain, encrypted] : [encrypted, opened];
  const inMemory = shape === "memory to memory";
  /** @type {Uint8Array | null} */
  let result = null;
  const prepare = () => {
    result = null;
    collectGarbage();
    truncateSync(to, 0);
    // This is the output's memory, and what the program and the pumping need.
    haveMemory(size + 64 * mebibyte);
  };
  const check = async () => {
    if (operation === "decrypt") {
      if (result === null) expectOpened(files);
      else expectPlaintext(files, result);
      return;
    }
    truncateSync(opened, 0);
    const written = result === null ? { path: encrypted } : { bytes: result };
    const { identity } = context.product.benchKeys(key);
    await context.reference().decrypt(written, { path: opened }, identity);
    expectOpened(files);
  };
  const input = inMemory ? { bytes: readFileSync(from) } : { path: from };
  const output = inMemory ? /** @type {const} */ ("memory") : { path: to };
  return [
    {
      ...{ name: ageAlone(scene, key), bytes: size, prepare },
      run: () => runAgeAlone(context, scene, key, operation, from, to),
      check,
    },
    ...strategiesOf(context, scene).map(({ name, run }) => ({
      ...{ name, bytes: size, prepare, check },
      run: () =>
        timed(async () => {
          result = (await run[operation](input, output, key)).bytes;
        }),
    })),
  ];
}

/**
 * @param {Context} context
 * @param {Scene} scene
 * @returns {readonly OneStrategy[]}
 */
function strategiesOf({ product, reference }, { programs }) {
  const native = reference();
  return [
    {
      name: `native (${native.name})`,
      run: {
        encrypt: (from, to, key) =>
          native.encrypt(from, to, product.benchKeys(key).recipient, "binary"),
        decrypt: (from, to, key) => native.decrypt(from, to, product.benchKeys(key).identity),
      },
    },
    ...programs.contenders.map(({ name, encrypt, decrypt }) => ({
      name,
      run: { encrypt, decrypt },
    })),
  ];
}

/**
 * @param {Context} context
 * @param {Scene} scene
 * @param {BenchKey} key
 * @param {Operation} operation
 * @param {string} from
 * @param {string} to
 * @returns {number | Promise<number>} seconds
 */
function runAgeAlone({ keys }, { programs }, key, operation, from, to) {
  if (key.kind === "passphrase") {
    return timed(() => programs.aloneWithPassphrase(operation, from, to, key.passphrase));
  }
  const args = operation === "encrypt" ? ["-r", keys.recipient] : ["-d", "-i", keys.identityFile];
  return runAge(args, from, to);
}
