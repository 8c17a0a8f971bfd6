// Measures drafts: the time for one of 4 KiB, and how long one of 5 MB blocks the event loop.
import { randomBytes } from "node:crypto";
import { wrong } from "../data.mjs";
import { atMost } from "../figure.mjs";
import { samplesOf, timed } from "../measure.mjs";
import { longestPause } from "../pauses.mjs";
import { median, quantile, spread } from "../quantiles.mjs";

const small = 4096;
const large = 5_000_000;

/** @type {import("../context.mjs").Case} */
export async function draftsCase(context) {
  /** @type {import("../figure.mjs").Figure[]} */
  const figures = [];
  const engines = context.engines.filter((engine) => engine !== "portable");
  for (const place of context.places) {
    for (const engine of engines) {
      context.say(`  ${engine}, ${place.name}`);
      figures.push(...(await draftsOn(context, place, engine)));
    }
  }
  return figures;
}

/**
 * @param {import("../context.mjs").Context} context
 * @param {import("../places.mjs").Place} place
 * @param {import("../context.mjs").Engine} engine
 * @returns {Promise<readonly import("../figure.mjs").Figure[]>}
 */
async function draftsOn({ bundle, mode, patience, product, rounds }, place, engine) {
  const drafts = await product.draftBench(place.folder, engine, bundle.workerFile);
  try {
    const text = randomBytes(small);
    const making = await samplesOf(mode, patience, 50, async () => {
      return (await timed(() => drafts.make(text))) * 1000;
    });
    const opening = await samplesOf(mode, patience, 50, async () => {
      return (await timed(async () => expectSame(text, await drafts.open()))) * 1000;
    });
    const content = randomBytes(large);
    /** @type {number[]} */
    const pauses = [];
    for (let round = 0; round <= rounds; round++) {
      const pause = await longestPause(() => drafts.make(content));
      // The code of the first round is still being compiled.
      if (round > 0) pauses.push(pause);
    }
    expectSame(content, await drafts.open());
    const family = `Drafts, each encrypted, flushed and renamed, ${place.name}`;
    const who = engine;
    return [
      {
        ...{ family, what: "4 KiB, made, median", who, unit: "ms", value: median(making) },
        ...{ spread: spread(making), samples: making.length, aim: atMost(5) },
      },
      { family, what: "4 KiB, made, p99", who, unit: "ms", value: quantile(making, 0.99) },
      {
        ...{ family, what: "4 KiB, found and opened, median", who, unit: "ms" },
        ...{ value: median(opening), spread: spread(opening), samples: opening.length },
      },
      {
        ...{ family, what: "5 MB, the event loop's pause, median", who, unit: "ms" },
        ...{ value: median(pauses), spread: spread(pauses) },
      },
      {
        ...{ family, what: "5 MB, the event loop's longest pause", who, unit: "ms" },
        ...{ value: Math.max(...pauses), samples: pauses.length, aim: atMost(20) },
      },
    ];
  } finally {
    await drafts.end();
  }
}

/** @param {Buffer} expected @param {Uint8Array} bytes */
function expectSame(expected, bytes) {
  if (!expected.equals(bytes)) throw wrong("the draft");
}
