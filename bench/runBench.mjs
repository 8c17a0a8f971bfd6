// Runs the bench on the Node to be measured.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findChromium } from "../scripts/chromium.mjs";
import { Problem, showError } from "../scripts/problem.mjs";
import { inProject } from "../scripts/project.mjs";
import { supply } from "../scripts/setup/needs.mjs";
import { installServer, releases, serversRunHere } from "../scripts/setup/vscodeServer.mjs";
import { bundleProduct } from "./bundle.mjs";
import { gibibyte, mebibyte } from "./bytes.mjs";
import { armorCase } from "./cases/armor.mjs";
import { chunksCase } from "./cases/chunks.mjs";
import { draftsCase } from "./cases/drafts.mjs";
import { filesCase } from "./cases/files.mjs";
import { footprintCase } from "./cases/footprint.mjs";
import { interopCase } from "./cases/interop.mjs";
import { memoryFilesCase } from "./cases/memoryFiles.mjs";
import { openingCase } from "./cases/opening.mjs";
import { passphraseCase } from "./cases/passphrase.mjs";
import { pausesCase } from "./cases/pauses.mjs";
import { randomAccessCase } from "./cases/randomAccess.mjs";
import { scalingCase } from "./cases/scaling.mjs";
import { smallFilesCase } from "./cases/smallFiles.mjs";
import { strategiesCase } from "./cases/strategies.mjs";
import { typingCase } from "./cases/typing.mjs";
import { describeMachine, machineLine } from "./machine.mjs";
import { usualFamilies } from "./options.mjs";
import { makePlaces, removePlaces } from "./places.mjs";
import { writeResults } from "./results.mjs";
import { formatAims, formatTable } from "./table.mjs";

/**
 * @typedef {import("./context.mjs").Context} Context
 * @typedef {import("./context.mjs").Contender} Contender
 * @typedef {import("./context.mjs").Engine} Engine
 * @typedef {import("./options.mjs").Options} Options
 */

/** @type {Record<import("./options.mjs").Family, import("./context.mjs").Case>} */
const cases = {
  interop: interopCase,
  small: smallFilesCase,
  drafts: draftsCase,
  files: filesCase,
  chunks: chunksCase,
  random: randomAccessCase,
  armor: armorCase,
  passphrase: passphraseCase,
  footprint: footprintCase,
  scaling: scalingCase,
  pauses: pausesCase,
  typing: typingCase,
  opening: openingCase,
  strategies: strategiesCase,
  "memory-files": memoryFilesCase,
};

/**
 * Runs the cases, prints their figures and writes them to files.
 *
 * @param {Options} options
 * @returns {Promise<number>} the exit code: 1 if a case failed
 */
export async function runBench(options) {
  const started = performance.now();
  const missing = await supply(["age", "chromium"]);
  const lacking = missing.get("age");
  if (lacking !== undefined) throw new Problem(lacking);
  const bundle = await bundleProduct();
  const places = await makePlaces();
  const signals = /** @type {const} */ (["SIGINT", "SIGTERM"]);
  for (const signal of signals) {
    process.once(signal, () => {
      void removePlaces(places).then(() => process.exit(1));
    });
  }
  /** @type {Map<string, Contender>} */
  const contenders = new Map();
  try {
    const context = await makeContext(options, bundle, places, contenders);
    console.log(`${machineLine(context.machine)}\nengines: ${context.engines.join(", ")}\n`);
    /** @type {import("./figure.mjs").Figure[]} */
    const figures = [];
    for (const family of options.only) {
      const own = await runCase(family, context);
      if (own === null) return 1;
      figures.push(...own);
    }
    const { mode } = options;
    const isWhole =
      usualFamilies(mode).every((family) => options.only.includes(family)) && options.size === null;
    const folder = inProject(isWhole ? "bench" : ".cache/bench");
    const date = new Date().toISOString().slice(0, 10);
    await writeResults(folder, { date, mode, machine: context.machine, figures });
    const seconds = (performance.now() - started) / 1000;
    console.log(formatAims(figures));
    console.log(`every output was right; ${seconds.toFixed(0)} s; written to ${folder}`);
    return 0;
  } finally {
    for (const one of contenders.values()) await one.end();
    await removePlaces(places);
  }
}

/**
 * @param {import("./options.mjs").Family} family
 * @param {Context} context
 * @returns {Promise<readonly import("./figure.mjs").Figure[] | null>} null if it failed
 */
async function runCase(family, context) {
  console.log(`${family} …`);
  const started = performance.now();
  try {
    const figures = await cases[family](context);
    console.log(`  ${((performance.now() - started) / 1000).toFixed(1)} s`);
    if (figures.length > 0) console.log(`\n${formatTable(figures)}\n`);
    return figures;
  } catch (error) {
    console.error(`\nFAILED in the case "${family}", after the last step above:`);
    showError(error);
    return null;
  }
}

/**
 * @param {Options} options
 * @param {import("./bundle.mjs").Bundle} bundle
 * @param {readonly import("./places.mjs").Place[]} places
 * @param {Map<string, Contender>} contenders
 * @returns {Promise<Context>}
 */
async function makeContext({ mode, size }, bundle, places, contenders) {
  const { product } = bundle;
  const machine = describeMachine();
  /** @type {readonly Engine[]} */
  const known = ["openssl", "wasm", "portable"];
  const engines = known.filter((engine) => product.isSound(engine));
  /** @param {Engine} engine @param {number} threads */
  const contender = (engine, threads) => {
    const key = `${engine} ${threads}`;
    const one = contenders.get(key) ?? product.contender(engine, threads, bundle.workerFile);
    contenders.set(key, one);
    return one;
  };
  const canHost = serversRunHere && findChromium() !== null;
  return {
    mode,
    rounds: mode === "quick" ? 5 : 11,
    // A quick run has to end within two minutes, also on a busy machine.
    patience:
      mode === "quick"
        ? { seconds: 10, deadline: performance.now() + 70_000 }
        : { seconds: 600, deadline: Infinity },
    size: size ?? (mode === "quick" ? 256 * mebibyte : gibibyte),
    product,
    bundle,
    engines,
    contender,
    reference: () => contender(engines[0] ?? "portable", Math.min(machine.cores, 2)),
    places,
    keys: await makeKeys(product, places),
    machine,
    server: canHost ? await installServer(releases.newest) : null,
    say: (line) => {
      console.log(line);
    },
  };
}

/**
 * @param {Context["product"]} product
 * @param {readonly import("./places.mjs").Place[]} places
 * @returns {Promise<import("./context.mjs").Keys>}
 */
async function makeKeys(product, places) {
  const identity = product.X25519Identity.generate();
  const identityFile = join(places[0]?.folder ?? "", "keys.txt");
  await writeFile(identityFile, identity.encode(), { mode: 0o600 });
  return { identity, recipient: identity.recipient.toString(), identityFile };
}
