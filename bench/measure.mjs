// Lets contestants take turns: machines differ and drift, so only ratios within one run mean
// anything.
import { quietMoment, watchOthers } from "./otherProcesses.mjs";
import { median, quantile, spread } from "./quantiles.mjs";

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {number} bytes that one run handles
 * @property {() => unknown} [prepare] untimed, before each run
 * @property {() => number | Promise<number>} run does the work; the result is the time in seconds
 * @property {() => unknown} [check] untimed, after each run; throws if the output is wrong
 *
 * @typedef {object} Comparison
 * @property {readonly { name: string, bytes: number, seconds: readonly number[] }[]} contestants
 *   each with one sample a round
 * @property {number} dropped the number of samples that were repeated, since others used the
 *   processors
 * @property {number} disturbed the number of samples that were kept nevertheless, since repeating
 *   them did not help
 *
 * @typedef {object} Patience
 * @property {number} seconds the time that is left for disturbed samples; it decreases
 * @property {number} deadline the time (in ms of the clock) from which on fewer samples must do
 *
 * @typedef {object} Effects
 * @property {() => () => number} watchOthers
 * @property {() => Promise<void>} quietMoment
 * @property {() => number} now in milliseconds
 */

/** @type {Effects} */
const machine = { watchOthers, quietMoment: () => quietMoment(1), now: () => performance.now() };

/**
 * Lets contestants run in turns: one round to warm up, then those that count. The order changes
 * from round to round. A sample is repeated if others used the processors meanwhile. Repeating ends
 * when it has happened too often, or when no patience is left.
 *
 * @param {readonly Contestant[]} contestants
 * @param {number} rounds
 * @param {Patience} patience shared by all comparisons, so that a busy machine does not hold them
 *   up
 * @param {Effects} [effects]
 * @returns {Promise<Comparison>}
 */
export async function compare(contestants, rounds, patience, effects = machine) {
  for (const contestant of contestants) await takeRun(contestant, effects);
  /** @type {Map<string, number[]>} */
  const samples = new Map(contestants.map(({ name }) => [name, []]));
  const allowance = Math.ceil((rounds * contestants.length) / 2);
  let dropped = 0;
  let disturbed = 0;
  const limits = { patience, effects, reserve: reserveOf(patience) };
  for (let round = 0; round < rounds; round++) {
    if (round >= leastRounds && effects.now() > patience.deadline) break;
    for (const contestant of orderOf(contestants, round)) {
      const repeats = Math.min(2, allowance - dropped);
      const least = await leastDisturbed(() => takeRun(contestant, effects), repeats, limits);
      dropped += least.dropped;
      if (isDisturbed(least.sample)) disturbed++;
      samples.get(contestant.name)?.push(least.sample.seconds);
    }
  }
  return {
    contestants: contestants.map(({ name, bytes }) => ({
      name,
      bytes,
      seconds: samples.get(name) ?? [],
    })),
    dropped,
    disturbed,
  };
}

/**
 * Orders the contestants of a round. Each round begins with another contestant, and every other
 * round goes backwards: the memory that a run leaves must not always affect the same one.
 *
 * @param {readonly Contestant[]} contestants
 * @param {number} round
 * @returns {readonly Contestant[]}
 */
function orderOf(contestants, round) {
  const first = round % contestants.length;
  const order = [...contestants.slice(first), ...contestants.slice(0, first)];
  return round % 2 === 0 ? order : order.reverse();
}

/**
 * Computes how many times as fast as a reference each contestant is. It takes the median and the
 * spread of the rounds' own ratios, so that a slow moment of the machine affects both sides.
 *
 * @param {Comparison} comparison
 * @param {string} reference its name
 */
export function ratiosTo({ contestants }, reference) {
  const base = contestantOf(contestants, reference);
  return contestants.map(({ name, bytes, seconds }) => {
    const ratios = seconds.map(
      (own, round) => bytes / own / (base.bytes / (base.seconds[round] ?? NaN)),
    );
    return {
      name,
      ratio: median(ratios),
      spread: spread(ratios),
      seconds: median(seconds),
      megabytesPerSecond: bytes / 1e6 / median(seconds),
      samples: seconds.length,
    };
  });
}

/**
 * Computes the same by the fastest quarter of the samples (their lower quartile). This suits work
 * that a machine can only slow down: one that gets memory back from its host takes up to four times
 * as long for the same work. The spread is still that of the rounds' own ratios.
 *
 * @param {Comparison} comparison
 * @param {string} reference its name
 */
export function undisturbedRatiosTo(comparison, reference) {
  const { contestants } = comparison;
  const base = contestantOf(contestants, reference);
  return ratiosTo(comparison, reference).map((row, i) => {
    const { bytes, seconds: samples } = contestants[i] ?? base;
    const seconds = quantile(samples, 0.25);
    const ratio = bytes / seconds / (base.bytes / quantile(base.seconds, 0.25));
    return { ...row, ratio, seconds, megabytesPerSecond: bytes / 1e6 / seconds };
  });
}

/**
 * @param {Comparison["contestants"]} contestants
 * @param {string} name
 */
function contestantOf(contestants, name) {
  const found = contestants.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no contestant ${name}`);
  return found;
}

/**
 * Measures the time of some work, in seconds.
 *
 * @param {() => unknown} work
 */
export async function timed(work) {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/**
 * Takes many short samples, in blocks. A block is repeated if others used the processors meanwhile.
 * It has to last for some 100 ms, since processor time is counted in steps of 10 ms. The first
 * block does not count, because code is still being compiled then.
 *
 * @param {"quick" | "full"} mode
 * @param {Patience} patience
 * @param {number} blockLength in samples
 * @param {() => number | Promise<number>} takeOne
 */
export async function samplesOf(mode, patience, blockLength, takeOne) {
  const block = async () => {
    /** @type {number[]} */
    const samples = [];
    for (let i = 0; i < blockLength; i++) samples.push(await takeOne());
    return samples;
  };
  await block();
  /** @type {number[]} */
  const all = [];
  const limits = { patience, effects: machine, reserve: reserveOf(patience) };
  for (let round = 0; round < (mode === "quick" ? 5 : 20); round++) {
    if (round >= leastRounds && machine.now() > patience.deadline) break;
    const { sample } = await leastDisturbed(() => takeSample(block, machine), 2, limits);
    all.push(...sample.result);
  }
  return all;
}

/** The least number of rounds when time is short. */
const leastRounds = 2;

/**
 * Computes the patience, in seconds, that a comparison has to leave to later ones.
 *
 * @param {Patience} patience
 */
function reserveOf({ seconds }) {
  return Math.max(seconds * 0.75, 0);
}

/**
 * @template T
 * @typedef {{ seconds: number, others: number, result: T }} Sample
 */

/**
 * Takes a sample, and repeats it if it was disturbed.
 *
 * @template T
 * @param {() => Promise<Sample<T>>} take
 * @param {number} repeats at most
 * @param {{ patience: Patience, effects: Effects, reserve: number }} limits
 * @returns {Promise<{ sample: Sample<T>, dropped: number }>}
 */
async function leastDisturbed(take, repeats, { patience, effects, reserve }) {
  let sample = await take();
  let dropped = 0;
  while (isDisturbed(sample) && dropped < repeats && patience.seconds > reserve) {
    const start = effects.now();
    dropped++;
    await effects.quietMoment();
    const next = await take();
    if (next.others / next.seconds < sample.others / sample.seconds) sample = next;
    patience.seconds -= (effects.now() - start) / 1000;
  }
  return { sample, dropped };
}

/** @param {Contestant} contestant @param {Effects} effects */
async function takeRun({ name, prepare, run, check }, effects) {
  try {
    await prepare?.();
    const sample = await takeSample(run, effects);
    await check?.();
    return { ...sample, seconds: sample.result };
  } catch (error) {
    if (error instanceof Error) error.message = `${name}: ${error.message}`;
    throw error;
  }
}

/**
 * @template T
 * @param {() => T | Promise<T>} work
 * @param {Effects} effects
 * @returns {Promise<Sample<T>>}
 */
async function takeSample(work, effects) {
  const others = effects.watchOthers();
  const start = effects.now();
  const result = await work();
  return { seconds: (effects.now() - start) / 1000, others: others(), result };
}

/**
 * Tells whether others disturbed a sample. A little time does not count: the clock of /proc has
 * steps of 10 ms.
 *
 * @param {{ seconds: number, others: number }} sample
 */
function isDisturbed({ seconds, others }) {
  return others > Math.max(0.02, seconds * 0.05);
}
