// Measures file to file: each engine on two threads and on one, against the age program.
import { runAge } from "../ageProgram.mjs";
import { fileToFileAim } from "../aims.mjs";
import { formatSize, mebibyte } from "../bytes.mjs";
import { sayDropped } from "../context.mjs";
import { expectOpened, makeFiles, spoil } from "../data.mjs";
import { compare, ratiosTo, timed } from "../measure.mjs";
import { hasRoom } from "../places.mjs";

/**
 * @typedef {import("../context.mjs").Context} Context
 * @typedef {import("../context.mjs").Contender} Contender
 * @typedef {import("../data.mjs").Files} Files
 * @typedef {import("../figure.mjs").Figure} Figure
 * @typedef {import("../places.mjs").Place} Place
 */

/** The family's name without its size. The chart finds its figures by this name. */
export const fileToFile = "File to file, times age's throughput in the same run";

/** The file size for the portable engine, which takes ten times as long as the others. */
const portableSize = 64 * mebibyte;

/** @type {import("../context.mjs").Case} */
export async function filesCase(context) {
  const { engines, contender, size } = context;
  const threads = context.machine.cores === 1 ? [1] : [2, 1];
  const fast = engines.filter((engine) => engine !== "portable");
  const contenders = fast.flatMap((engine) => threads.map((count) => contender(engine, count)));
  const portable = contender("portable", 1);
  if (size <= portableSize) contenders.push(portable);
  /** @type {Figure[]} */
  const figures = [];
  for (const place of context.places) {
    const isFirst = place === context.places[0];
    const rounds = isFirst ? context.rounds : Math.ceil(context.rounds / 2);
    figures.push(...(await atPlace(context, place, size, contenders, rounds)));
  }
  const [first] = context.places;
  if (first !== undefined && size > portableSize) {
    figures.push(...(await atPlace(context, first, portableSize, [portable], 3)));
  }
  return figures;
}

/**
 * @param {Context} context
 * @param {Place} place
 * @param {number} size
 * @param {readonly Contender[]} contenders
 * @param {number} rounds
 * @returns {Promise<readonly Figure[]>}
 */
async function atPlace(context, place, size, contenders, rounds) {
  if (!hasRoom(place, size * 3)) {
    context.say(`SKIPPED: the ${place.name} has no room for three files of ${formatSize(size)}`);
    return [];
  }
  const files = makeFiles(place, size);
  try {
    /** @type {Figure[]} */
    const figures = [];
    for (const operation of /** @type {const} */ (["encrypt", "decrypt"])) {
      context.say(`  ${operation}, ${place.name}, ${formatSize(size)}`);
      const all = fileContestants(context, operation, files, contenders, "binary");
      const comparison = await compare(all, rounds, context.patience);
      sayDropped(context, comparison);
      for (const { name, ratio, spread, megabytesPerSecond, samples } of ratiosTo(
        comparison,
        "age",
      )) {
        const found = contenders.find((one) => one.name === name);
        const nodeMajor = Number.parseInt(context.machine.node);
        const aim =
          found && fileToFileAim(operation, found, { nodeMajor, avx512: context.machine.avx512 });
        figures.push({
          family: fileToFile,
          what: `${operation}, ${place.name}, ${formatSize(size)}`,
          who: name,
          value: ratio,
          unit: "times",
          spread,
          megabytesPerSecond,
          samples,
          ...(aim && { aim }),
        });
      }
    }
    return figures;
  } finally {
    files.remove();
  }
}

/**
 * Makes contestants of the age program and contenders, which all encrypt or decrypt the same files.
 * Every output is checked.
 *
 * @param {Context} context
 * @param {"encrypt" | "decrypt"} operation encryptions have to come first
 * @param {Files} files
 * @param {readonly Contender[]} contenders
 * @param {import("../../src/age/age").Format} format
 * @returns {import("../measure.mjs").Contestant[]}
 */
export function fileContestants({ keys, reference }, operation, files, contenders, format) {
  const { plain, encrypted, opened, size } = files;
  if (operation === "decrypt") {
    const common = { bytes: size, prepare: () => spoil(opened), check: () => expectOpened(files) };
    const age = () => runAge(["-d", "-i", keys.identityFile], encrypted, opened);
    return [
      { name: "age", run: age, ...common },
      ...contenders.map((one) => ({
        name: one.name,
        run: () => timed(() => one.decrypt({ path: encrypted }, { path: opened }, keys.identity)),
        ...common,
      })),
    ];
  }
  const check = async () => {
    spoil(opened);
    await reference().decrypt({ path: encrypted }, { path: opened }, keys.identity);
    expectOpened(files);
  };
  const common = { bytes: size, prepare: () => spoil(encrypted), check };
  const armor = format === "armored" ? ["-a"] : [];
  return [
    {
      name: "age",
      run: () => runAge([...armor, "-r", keys.recipient], plain, encrypted),
      ...common,
    },
    ...contenders.map((one) => ({
      name: one.name,
      run: () =>
        timed(() =>
          one.encrypt({ path: plain }, { path: encrypted }, keys.identity.recipient, format),
        ),
      ...common,
    })),
  ];
}
