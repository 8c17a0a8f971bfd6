import { chunkSize, sealedChunkSize } from "../chunks";
import type { Aead, ChunkRuns, Engine, EngineImplementation } from "./engine";
import { passesKnownAnswers } from "./knownAnswers";
import { openssl } from "./openssl";
import { portable } from "./portable";
import { wasm } from "./wasm";

/** The engines that users can ask for with `cage.engine`. */
export type EnginePreference = "auto" | "openssl" | "wasm";

/**
 * Which engine computes ChaCha20-Poly1305: the one that is preferred, or the fastest, of those that
 * this runtime has and that have proven themselves. An engine does so when it is first asked about.
 */
export function engine(): Engine {
  if (forced !== null) return forced;
  const wanted = preference === "auto" ? fastest : preference;
  chosen ??= [...(wanted === null ? [] : [wanted]), ...usualOrder].find(isSound) ?? "portable";
  return chosen;
}

/** Prefers an engine from now on. One that is not sound in this runtime is passed over. */
export function preferEngine(preferred: EnginePreference): void {
  preference = preferred;
  chosen = null;
}

/**
 * Lets "auto" be the engine that {@link fastestEngine} found, now or on an earlier day; null
 * forgets.
 */
export function rememberFastest(engine: Engine | null): void {
  fastest = engine;
  chosen = null;
}

/** Makes the next ciphers use this engine; null chooses again at the next use. For tests. */
export function forceEngine(engine: Engine | null): void {
  forced = engine;
  chosen = null;
}

/** Tells whether this runtime has the engine and it computes rightly; finds that out once. */
export function isSound(engine: Engine): boolean {
  let sound = proofs.get(engine);
  if (sound === undefined) {
    const implementation = implementations.get(engine);
    sound = implementation?.isAvailable() === true && passesKnownAnswers(implementation);
    proofs.set(engine, sound);
  }
  return sound;
}

/** ChaCha20-Poly1305 for single messages under a key of 32 bytes, which is copied. */
export function aead(key: Uint8Array, name = engine()): Aead {
  return implementation(name).aead(key);
}

/**
 * A cipher for runs of chunks, by a certain engine; the rest is as in {@link EngineImplementation}.
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
 * Measures which engine seals fastest, in some 20 ms. It blocks, and what it finds holds for this
 * machine and runtime: to be remembered.
 *
 * @param now - a monotonic clock in milliseconds.
 */
export function fastestEngine(now: () => number): Engine {
  const contenders = soundEngines();
  if (contenders.length < 2) return contenders[0] ?? "portable";
  const runs = contenders.map(measuredRuns);
  const best = contenders.map(() => Infinity);
  // In turns, so that a moment in which the machine is busy does not meet one of them only.
  for (let round = 0; round < rounds; round++) {
    runs.forEach((cipher, i) => {
      best[i] = Math.min(best[i] ?? Infinity, timeToSeal(cipher, now));
    });
  }
  for (const cipher of runs) cipher.wipe();
  const enough = Math.min(...best) * clearly;
  return contenders.find((_, i) => (best[i] ?? Infinity) <= enough) ?? "portable";
}

/** The engines among which is chosen: those of this runtime that have proven themselves. */
export function soundEngines(): readonly Engine[] {
  return usualOrder.filter(isSound);
}

/** A cipher for {@link timeToSeal}; the caller wipes it. */
export function measuredRuns(name: Engine): ChunkRuns {
  return chunkRuns(name, new Uint8Array(32), 1, slots);
}

/**
 * Seals {@link measuredBytes} once.
 *
 * @returns how long it took, in milliseconds.
 */
export function timeToSeal(cipher: ChunkRuns, now: () => number): number {
  const start = now();
  const [buffer = new Uint8Array(slots * sealedChunkSize)] = cipher.buffers;
  const run = { buffer, length: measuredBytes, index: 0, position: "last" } as const;
  cipher.release(cipher.seal(run));
  return now() - start;
}

/** The portable one is left out: it is taken where there is no other. */
const usualOrder: readonly Engine[] = ["openssl", "wasm"];

const implementations: ReadonlyMap<Engine, EngineImplementation> = new Map(
  [openssl, wasm, portable].map((one) => [one.name, one]),
);

/** A mebibyte a round; the first rounds are slower, while the runtime compiles. */
const slots = 16;
export const measuredBytes = slots * chunkSize;
const rounds = 12;
/**
 * Only what is so many times as fast goes before the usual order: less is chance on a busy machine.
 */
const clearly = 1.15;

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
