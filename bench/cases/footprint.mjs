// Measures the peak memory of a process of its own, file to file, above that of an idle Node.
import { spawnSync } from "node:child_process";
import { gibibyte, formatSize, mebibyte } from "../bytes.mjs";
import { expectOpened, makeFiles, spoil } from "../data.mjs";
import { atMost } from "../figure.mjs";
import { hasRoom } from "../places.mjs";
import { median } from "../quantiles.mjs";
import { inProject } from "../../scripts/project.mjs";

/** @type {import("../context.mjs").Case} */
export async function footprintCase(context) {
  const { bundle, engines, keys, machine, mode, places, reference, say, size } = context;
  const [place] = places;
  if (place === undefined) return [];
  const threads = Math.min(machine.cores, 2);
  const sizes = [64 * mebibyte, size, ...(mode === "full" ? [4 * gibibyte] : [])];
  const bare = median([peak([]), peak([]), peak([])]);
  const family = "Peak memory of a process, file to file, above bare Node";
  /** @type {import("../figure.mjs").Figure[]} */
  const figures = [{ family, what: "", who: "bare Node itself", value: bare, unit: "MiB" }];
  for (const bytes of new Set(sizes)) {
    if (!hasRoom(place, bytes * 3)) {
      say(`SKIPPED: there is no room for three files of ${formatSize(bytes)}`);
      continue;
    }
    say(`  ${formatSize(bytes)}`);
    const files = makeFiles(place, bytes);
    try {
      for (const engine of engines.filter((name) => name !== "portable" || mode === "full")) {
        for (const operation of ["encrypt", "decrypt"]) {
          const [from, to] =
            operation === "encrypt"
              ? [files.plain, files.encrypted]
              : [files.encrypted, files.opened];
          spoil(to);
          const job = { engine, threads, operation, from, to, identityFile: keys.identityFile };
          const value = peak([bundle.productFile, bundle.workerFile, JSON.stringify(job)]) - bare;
          if (operation === "encrypt") {
            spoil(files.opened);
            const opened = { path: files.opened };
            await reference().decrypt({ path: files.encrypted }, opened, keys.identity);
          }
          expectOpened(files);
          figures.push({
            family,
            what: `${operation}, ${formatSize(bytes)}`,
            who: `${engine}, ${threads} threads`,
            value,
            unit: "MiB",
            aim: atMost(64),
          });
        }
      }
    } finally {
      files.remove();
    }
  }
  return figures;
}

/**
 * Runs the child, which prints its peak memory.
 *
 * @param {readonly string[]} args empty for an idle child
 * @returns {number} MiB
 */
function peak(args) {
  const { status, stdout } = spawnSync(
    process.execPath,
    [inProject("bench/footprintChild.mjs"), ...args],
    { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  );
  if (status !== 0) throw new Error(`the child ended with exit code ${status}`);
  return Number(stdout) / 1024;
}
