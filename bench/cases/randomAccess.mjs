// Measures reads of 64 KiB anywhere in a large file.
import { open } from "node:fs/promises";
import { formatSize } from "../bytes.mjs";
import { makeFiles, wrong } from "../data.mjs";
import { atMost } from "../figure.mjs";
import { samplesOf, timed } from "../measure.mjs";
import { hasRoom } from "../places.mjs";
import { median, quantile, spread } from "../quantiles.mjs";

const length = 64 * 1024;

/** @type {import("../context.mjs").Case} */
export async function randomAccessCase(context) {
  const { engines, keys, mode, patience, places, product, reference, size, say } = context;
  const [place] = places;
  if (place === undefined || !hasRoom(place, size * 2)) {
    say(`SKIPPED: there is no room for two files of ${formatSize(size)}`);
    return [];
  }
  const files = makeFiles(place, size);
  const { identity } = keys;
  await reference().encrypt(
    { path: files.plain },
    { path: files.encrypted },
    identity.recipient,
    "binary",
  );
  const plain = await open(files.plain);
  const family = `Random access: any 64 KiB of ${formatSize(size)}`;
  /** @type {import("../figure.mjs").Figure[]} */
  const figures = [];
  try {
    for (const engine of engines.filter((name) => name !== "portable")) {
      say(`  ${engine}`);
      const openings = await samplesOf(mode, patience, 50, async () => {
        /** @type {import("../product").OpenFile | undefined} */
        let file;
        const seconds = await timed(async () => {
          file = await product.openAnywhere(files.encrypted, engine, identity);
        });
        await file?.close();
        return seconds * 1000;
      });
      const file = await product.openAnywhere(files.encrypted, engine, identity);
      const reads = await samplesOf(mode, patience, 300, async () => {
        // A random read hardly ever begins with a chunk, so it needs two of them.
        const start = Math.floor(Math.random() * (size - length));
        /** @type {Uint8Array} */
        let bytes = new Uint8Array();
        const seconds = await timed(async () => {
          bytes = await file.read(start, length);
        });
        const expected = Buffer.alloc(length);
        await plain.read(expected, 0, length, start);
        if (!expected.equals(bytes)) throw wrong(`${engine}, ${length} bytes from ${start} on`);
        return seconds * 1000;
      });
      await file.close();
      const unit = /** @type {const} */ ("ms");
      figures.push(
        {
          ...{ family, what: "opening: header, key, last chunk", who: engine, unit },
          ...{ value: median(openings), spread: spread(openings) },
        },
        {
          ...{ family, what: "reading, median", who: engine, unit },
          ...{ value: median(reads), spread: spread(reads) },
        },
        {
          ...{ family, what: "reading, p99", who: engine, unit },
          ...{ value: quantile(reads, 0.99), aim: atMost(1) },
        },
      );
    }
  } finally {
    await plain.close();
    files.remove();
  }
  return figures.sort((a, b) => order(a) - order(b));
}

/**
 * Orders figures so that contestants are side by side.
 *
 * @param {import("../figure.mjs").Figure} figure
 */
function order({ what }) {
  return ["opening: header, key, last chunk", "reading, median", "reading, p99"].indexOf(what);
}
