// Measures the throughput of growing files: each size against 256 MiB in the same run.
import { formatSize, gibibyte, mebibyte } from "../bytes.mjs";
import { sayDropped } from "../context.mjs";
import { makeFiles } from "../data.mjs";
import { atLeast } from "../figure.mjs";
import { compare, ratiosTo } from "../measure.mjs";
import { hasRoom } from "../places.mjs";
import { fileContestants } from "./files.mjs";

/**
 * @typedef {import("../context.mjs").Context} Context
 * @typedef {import("../figure.mjs").Figure} Figure
 */

const base = 256 * mebibyte;

/** @type {import("../context.mjs").Case} */
export async function scalingCase(context) {
  const sizes =
    context.mode === "quick" ? [64 * mebibyte] : [64 * mebibyte, gibibyte, 4 * gibibyte];
  /** @type {Figure[]} */
  const figures = [];
  for (const size of sizes) figures.push(...(await atSize(context, size)));
  return figures.sort((a, b) => a.what.localeCompare(b.what));
}

/**
 * @param {Context} context
 * @param {number} size
 * @returns {Promise<readonly Figure[]>}
 */
async function atSize(context, size) {
  const { engines, contender, machine, mode, places, say } = context;
  const place = places.find((one) => hasRoom(one, (size + base) * 3));
  if (place === undefined) {
    say(`SKIPPED: no place has room for three files of ${formatSize(size)} and three of 256 MiB`);
    return [];
  }
  const contenders = engines
    .filter((engine) => engine !== "portable")
    .map((engine) => contender(engine, Math.min(machine.cores, 2)));
  const all = [size, base].map((bytes) => makeFiles(place, bytes));
  /** @type {Figure[]} */
  const figures = [];
  try {
    for (const operation of /** @type {const} */ (["encrypt", "decrypt"])) {
      say(`  ${operation}, ${place.name}, ${formatSize(size)} and ${formatSize(base)}`);
      const contestants = all.flatMap((files) =>
        fileContestants(context, operation, files, contenders, "binary").map((contestant) => ({
          ...contestant,
          name: `${contestant.name}, ${formatSize(files.size)}`,
        })),
      );
      const comparison = await compare(contestants, mode === "quick" ? 3 : 5, context.patience);
      sayDropped(context, comparison);
      for (const name of ["age", ...contenders.map((one) => one.name)]) {
        const rows = ratiosTo(comparison, `${name}, ${formatSize(base)}`);
        const row = rows.find((one) => one.name === `${name}, ${formatSize(size)}`);
        if (row === undefined) continue;
        figures.push({
          family: "Scaling: throughput as a multiple of that at 256 MiB",
          what: `${operation}, ${name}`,
          who: `${formatSize(size)}, ${place.name}`,
          value: row.ratio,
          unit: "times",
          spread: row.spread,
          megabytesPerSecond: row.megabytesPerSecond,
          samples: row.samples,
          ...(size > base && name !== "age" && { aim: atLeast(0.9) }),
        });
      }
    }
  } finally {
    for (const files of all) files.remove();
  }
  return figures;
}
