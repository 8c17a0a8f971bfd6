import { chunkSize, sealedChunkSize } from "../chunks";
import type { Aead, ChunkRuns, Engine, EngineImplementation } from "./engine";
import { passesKnownAnswers } from "./knownAnswers";
import { openssl } from "./openssl";
import { portable } from "./portable";
import { wasm } from "./wasm";

/** The engines that users can ask for with `cage.engine`. */
export type EnginePreference = "auto" | "openssl" | "wasm";

/**
 * Returns the engine that computes ChaCha20-Poly1305: the one that the user chose, or else the
 * fastest one measured. If that is not sound, it is the first sound one in the usual order.
 * {@link isSound} tests an engine when it is first asked about it.
 */
export function engine(): Engine {
  if (forced !== null) return forced;
  const wanted = preference === "auto" ? fastest : preference;
  chosen ??= [...(wanted === null ? [] : [wanted]), ...usualOrder].find(isSound) ?? "portable";
  return chosen;
}

/** Prefers an engine from now on, as long as it is sound in this runtime. */
export function preferEngine(preferred: EnginePreference): void {
  preference = preferred;
  chosen = null;
}

/**
 * Lets "auto" mean the engine that {@link fastestEngine} found, now or on an earlier day. Null
 * forgets it.
 */
export function rememberFastest(engine: Engine | null): void {
  fastest = engine;
  chosen = null;
}

/** Makes the next ciphers use this engine, for tests. Null chooses again at the next use. */
export function forceEngine(engine: Engine | null): void {
  forced = engine;
  chosen = null;
}

/** Tells whether this runtime has the engine and it computes correctly. It tests that once. */
export function isSound(engine: Engine): boolean {
  let sound = proofs.get(engine);
  if (sound === undefined) {
    const implementation = implementations.get(engine);
    sound = implementation?.isAvailable() === true && passesKnownAnswers(implementation);
    proofs.set(engine, sound);
  }
  return sound;
}

/** Makes a cipher for single messages under a key of 32 bytes, which it copies. */
export function aead(key: Uint8Array, name = engine()): Aead {
  return implementation(name).aead(key);
}

/**
 * Makes a cipher for runs of chunks by a certain engine. {@link EngineImplementation} explains the
 * other parameters.
 */
export function chunkRuns(
  name: Engine,
  payloadKey: Uint8Array,
  buffers: number,
  slots: number,
): ChunkRuns {
  return implementation(name).chunkRuns(payloadKey, buffers, slots);
}

/**
 * Measures which engine seals fastest. It blocks the thread for some 20 ms. The result holds for
 * this machine and runtime, so the caller should remember it.
 *
 * @param now - a monotonic clock in milliseconds.
 */
export function fastestEngine(now: () => number): Engine {
  const contenders = soundEngines();
  if (contenders.length < 2) return contenders[0] ?? "portable";
  const runs = contenders.map(measuredRuns);
  const best = contenders.map(() => Infinity);
  // The engines take turns, so that a busy moment of the machine does not hit only one of them.
  for (let round = 0; round < rounds; round++) {
    runs.forEach((cipher, i) => {
      best[i] = Math.min(best[i] ?? Infinity, timeToSeal(cipher, now));
    });
  }
  for (const cipher of runs) cipher.wipe();
  const enough = Math.min(...best) * clearAdvantage;
  return contenders.find((_, i) => (best[i] ?? Infinity) <= enough) ?? "portable";
}

/** Lists the engines to choose from: those that are sound in this runtime. */
export function soundEngines(): readonly Engine[] {
  return usualOrder.filter(isSound);
}

/** Makes a cipher for {@link timeToSeal}. The caller wipes it. */
export function measuredRuns(name: Engine): ChunkRuns {
  return chunkRuns(name, new Uint8Array(32), 1, slots);
}

/**
 * Seals {@link measuredBytes} once.
 *
 * @returns the time that it took, in milliseconds.
 */
export function timeToSeal(cipher: ChunkRuns, now: () => number): number {
  const start = now();
  const [buffer = new Uint8Array(slots * sealedChunkSize)] = cipher.buffers;
  const run = { buffer, length: measuredBytes, index: 0, position: "last" } as const;
  cipher.release(cipher.seal(run));
  return now() - start;
}

/** The engines in the order of choice. The portable one is the last resort, so it is not here. */
const usualOrder: readonly Engine[] = ["openssl", "wasm"];

const implementations: ReadonlyMap<Engine, EngineImplementation> = new Map(
  [openssl, wasm, portable].map((one) => [one.name, one]),
);

/** The chunks of a round: a mebibyte. The first rounds are slower, while the runtime compiles. */
const slots = 16;
/** The number of bytes that {@link timeToSeal} seals. */
export const measuredBytes = slots * chunkSize;
const rounds = 12;
/**
 * The factor by which an engine must be faster to go before the usual order. On a busy machine,
 * less may be chance.
 */
const clearAdvantage = 1.15;

let preference: EnginePreference = "auto";
let fastest: Engine | null = null;
let forced: Engine | null = null;
let chosen: Engine | null = null;
const proofs = new Map<Engine, boolean>();

function implementation(name: Engine): EngineImplementation {
  const found = implementations.get(name);
  if (found === undefined) throw new Error(`there is no engine ${name}`);
  return found;
}
