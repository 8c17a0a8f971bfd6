// Measures one chunk of 64 KiB after another, in memory, on one core: each engine against
// node:crypto.
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  randomBytes,
  randomFillSync,
} from "node:crypto";
import { sayDropped } from "../context.mjs";
import { wrong } from "../data.mjs";
import { atLeast } from "../figure.mjs";
import { compare, ratiosTo } from "../measure.mjs";

/**
 * @typedef {import("../context.mjs").Context} Context
 * @typedef {import("../context.mjs").Engine} Engine
 * @typedef {import("../measure.mjs").Contestant} Contestant
 *
 * @typedef {object} Chunker handles a batch of chunks
 * @property {() => void} seal
 * @property {() => void} fill puts sealed chunks where `open` expects them
 * @property {() => void} open
 * @property {() => Buffer} sealed the first sealed chunk
 */

const chunkSize = 64 * 1024;
const tagSize = 16;
/**
 * The number of chunks in a batch: too many for a cache of the second level, as in a large file.
 */
const batch = 64;
const cipherName = "chacha20-poly1305";
const options = { authTagLength: tagSize };

/** @type {import("../context.mjs").Case} */
export async function chunksCase(context) {
  const { mode, engines } = context;
  const key = randomBytes(32);
  const plaintext = Array.from({ length: batch }, () => randomFillSync(Buffer.alloc(chunkSize)));
  const nodeCrypto = nodeChunker(key, plaintext);
  nodeCrypto.seal();
  /** @type {(readonly [string, Chunker, number])[]} */
  const chunkers = [
    ["node:crypto", nodeCrypto, 8],
    ...engines.map((engine) => {
      const chunker = engineChunker(context, engine, key, plaintext, nodeCrypto);
      if (!chunker.sealed().equals(nodeCrypto.sealed())) {
        throw wrong(`${engine} seals a chunk to other bytes than node:crypto`);
      }
      return /** @type {const} */ ([engine, chunker, engine === "portable" ? 1 : 8]);
    }),
  ];
  /** @type {import("../figure.mjs").Figure[]} */
  const figures = [];
  for (const operation of /** @type {const} */ (["seal", "open"])) {
    context.say(`  ${operation}`);
    const contestants = chunkers.map(([name, chunker, batches]) =>
      contestant(name, chunker, batches, operation),
    );
    const comparison = await compare(contestants, mode === "quick" ? 15 : 41, context.patience);
    sayDropped(context, comparison);
    for (const { name, ratio, spread, megabytesPerSecond, samples } of ratiosTo(
      comparison,
      "node:crypto",
    )) {
      const isNew = Number.parseInt(context.machine.node) >= 24;
      figures.push({
        family: "One chunk of 64 KiB in memory, one core, times node:crypto",
        what: operation,
        who: name,
        value: ratio,
        unit: "times",
        spread,
        megabytesPerSecond,
        samples,
        ...(name === "wasm" && isNew && { aim: atLeast(0.9) }),
      });
    }
  }
  return figures;
}

/**
 * @param {string} name
 * @param {Chunker} chunker
 * @param {number} batches
 * @param {"seal" | "open"} operation
 * @returns {Contestant}
 */
function contestant(name, chunker, batches, operation) {
  const run = () => {
    let milliseconds = 0;
    for (let i = 0; i < batches; i++) {
      if (operation === "open") chunker.fill();
      const start = performance.now();
      chunker[operation]();
      milliseconds += performance.now() - start;
    }
    return milliseconds / 1000;
  };
  return { name, bytes: batches * batch * chunkSize, run: () => atSomeDepth(run) };
}

/**
 * Calls a function at a random depth of the stack. At some depths WebAssembly runs at half of its
 * speed for the whole call, since its spilled values lie on two pages.
 *
 * @template T
 * @param {() => T} run
 * @returns {T}
 */
function atSomeDepth(run) {
  const nothing = new Array(Math.floor(Math.random() * 512)).fill(null);
  // Surplus arguments are on the stack, too.
  return Reflect.apply(run, null, nothing);
}

/**
 * Makes the fastest chunker without an engine of Cage's. It uses a key object, and does not join
 * the output.
 *
 * @param {Buffer} keyBytes
 * @param {readonly Buffer[]} plaintext
 * @returns {Chunker}
 */
function nodeChunker(keyBytes, plaintext) {
  const key = createSecretKey(keyBytes);
  const nonces = plaintext.map((_, index) => nonceOf(index));
  /** @type {{ body: Buffer, tag: Buffer }[]} */
  const results = [];
  /** @type {Buffer | undefined} */
  let last;
  return {
    seal() {
      for (let i = 0; i < batch; i++) {
        const cipher = createCipheriv(cipherName, key, at(nonces, i), options);
        const body = cipher.update(at(plaintext, i));
        cipher.final();
        results[i] = { body, tag: cipher.getAuthTag() };
      }
    },
    fill() {},
    open() {
      for (let i = 0; i < batch; i++) {
        const decipher = createDecipheriv(cipherName, key, at(nonces, i), options);
        const { body, tag } = at(results, i);
        decipher.setAuthTag(tag);
        last = decipher.update(body);
        decipher.final();
      }
      if (last?.equals(at(plaintext, batch - 1)) !== true) throw wrong("node:crypto");
    },
    sealed: () => Buffer.concat([at(results, 0).body, at(results, 0).tag]),
  };
}

/**
 * Makes a chunker of an engine, called with one chunk at a time. An engine that does not work in
 * place has to copy the chunk.
 *
 * @param {Context} context
 * @param {Engine} engine
 * @param {Buffer} key
 * @param {readonly Buffer[]} plaintext
 * @param {Chunker} nodeCrypto
 * @returns {Chunker}
 */
function engineChunker({ product }, engine, key, plaintext, nodeCrypto) {
  const runs = product.chunkRuns(engine, key, batch, 1);
  runs.buffers.forEach((buffer, index) => buffer.set(at(plaintext, index)));
  /** @param {number} index */
  const seal = (index) =>
    runs.seal({ buffer: at(runs.buffers, index), length: chunkSize, index, position: "inner" });
  const sealed = runs.buffers.map((_, index) => {
    const pieces = seal(index);
    const bytes = Buffer.concat(pieces);
    runs.release(pieces);
    return bytes;
  });
  if (!at(sealed, 0).equals(nodeCrypto.sealed())) throw wrong(`${engine}: the sealed chunk`);
  return {
    seal() {
      for (let i = 0; i < batch; i++) runs.release(seal(i));
    },
    fill() {
      runs.buffers.forEach((buffer, index) => buffer.set(at(sealed, index)));
    },
    open() {
      for (let index = 0; index < batch; index++) {
        const buffer = at(runs.buffers, index);
        const length = chunkSize + tagSize;
        const { pieces, failed } = runs.open({ buffer, length, index, position: "inner" });
        if (failed !== null) throw wrong(`${engine} refuses a chunk that is right`);
        if (index === batch - 1 && !Buffer.concat(pieces).equals(at(plaintext, index))) {
          throw wrong(`${engine}: the opened chunk`);
        }
        runs.release(pieces);
      }
    },
    sealed: () => at(sealed, 0),
  };
}

/** @param {number} index */
function nonceOf(index) {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(index, 7);
  return nonce;
}

/**
 * @template T
 * @param {readonly T[]} items
 * @param {number} index
 * @returns {T}
 */
function at(items, index) {
  const item = items[index];
  if (item === undefined) throw new RangeError(`there is no item ${index}`);
  return item;
}
