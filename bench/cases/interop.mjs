// Checks that age reads the output of each engine, and the other way round.
import { runAge } from "../ageProgram.mjs";
import { mebibyte } from "../bytes.mjs";
import { expectOpened, makeFiles, spoil } from "../data.mjs";

/** @type {import("../context.mjs").Case} */
export async function interopCase({ engines, contender, keys, machine, places, say }) {
  const [place] = places;
  if (place === undefined) return [];
  // The last chunk has one byte.
  const files = makeFiles(place, 16 * mebibyte + 1);
  const { plain, encrypted, opened } = files;
  const open = ["-d", "-i", keys.identityFile];
  try {
    for (const engine of engines) {
      const one = contender(engine, Math.min(machine.cores, 2));
      for (const format of /** @type {const} */ (["binary", "armored"])) {
        say(`  ${engine} and age, ${format}`);
        spoil(opened);
        await one.encrypt({ path: plain }, { path: encrypted }, keys.identity.recipient, format);
        runAge(open, encrypted, opened);
        expectOpened(files);

        spoil(opened);
        const armor = format === "armored" ? ["-a"] : [];
        runAge([...armor, "-r", keys.recipient], plain, encrypted);
        await one.decrypt({ path: encrypted }, { path: opened }, keys.identity);
        expectOpened(files);
      }
    }
  } finally {
    files.remove();
  }
  return [];
}
