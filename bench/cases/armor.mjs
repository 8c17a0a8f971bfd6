// Measures armored files against `age -a`.
import { formatSize } from "../bytes.mjs";
import { sayDropped } from "../context.mjs";
import { makeFiles } from "../data.mjs";
import { compare, ratiosTo } from "../measure.mjs";
import { hasRoom } from "../places.mjs";
import { fileContestants } from "./files.mjs";

/** @type {import("../context.mjs").Case} */
export async function armorCase(context) {
  const { engines, contender, machine, mode, places } = context;
  const [place] = places;
  const size = context.size / (mode === "quick" ? 8 : 4);
  if (place === undefined || !hasRoom(place, size * 4)) {
    context.say(`SKIPPED: there is no room for three files of ${formatSize(size)}`);
    return [];
  }
  const contenders = engines
    .filter((engine) => engine !== "portable")
    .map((engine) => contender(engine, Math.min(machine.cores, 2)));
  const files = makeFiles(place, size);
  /** @type {import("../figure.mjs").Figure[]} */
  const figures = [];
  try {
    for (const operation of /** @type {const} */ (["encrypt", "decrypt"])) {
      context.say(`  ${operation}, ${formatSize(size)}`);
      const contestants = fileContestants(context, operation, files, contenders, "armored");
      const comparison = await compare(
        contestants,
        Math.ceil(context.rounds / 2),
        context.patience,
      );
      sayDropped(context, comparison);
      for (const { name, ratio, spread, megabytesPerSecond, samples } of ratiosTo(
        comparison,
        "age",
      )) {
        figures.push({
          family: "Armored, file to file, times the throughput of age -a",
          what: `${operation}, ${place.name}, ${formatSize(size)}`,
          who: name,
          value: ratio,
          unit: "times",
          spread,
          megabytesPerSecond,
          samples,
        });
      }
    }
  } finally {
    files.remove();
  }
  return figures;
}
