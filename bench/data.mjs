// Makes the files to encrypt and decrypt, and proves that outputs are right.
import { createHash, randomFillSync } from "node:crypto";
import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../scripts/problem.mjs";

/**
 * @typedef {object} Files
 * @property {string} plain random bytes
 * @property {string} encrypted the file that encryptions overwrite
 * @property {string} opened the file that decryptions overwrite
 * @property {number} size of the plaintext in bytes
 * @property {string} sha256 of the plaintext
 * @property {() => void} remove
 */

/** A wrong output. It ends the bench. */
export class WrongOutput extends Problem {}

const blockSize = 1024 * 1024;
const chunkSize = 64 * 1024;

/**
 * Makes a file of random bytes, and two empty ones beside it.
 *
 * @param {import("./places.mjs").Place} place
 * @param {number} size in bytes
 * @returns {Files}
 */
export function makeFiles(place, size) {
  const folder = mkdtempSync(join(place.folder, "files-"));
  const plain = join(folder, "plain");
  const encrypted = join(folder, "encrypted");
  const opened = join(folder, "opened");
  const hash = createHash("sha256");
  const file = openSync(plain, "w", 0o600);
  const block = Buffer.alloc(blockSize);
  for (let done = 0; done < size; done += blockSize) {
    const part = randomFillSync(block).subarray(0, size - done);
    hash.update(part);
    writeSync(file, part);
  }
  closeSync(file);
  for (const path of [encrypted, opened]) closeSync(openSync(path, "w", 0o600));
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
  };
  return { plain, encrypted, opened, size, sha256: hash.digest("hex"), remove };
}

/**
 * Changes every 64 KiB of a file that will be overwritten, so that no earlier output can pass for
 * the next one. The file keeps its length, since the time for growing a file varies too much.
 *
 * @param {string} path
 */
export function spoil(path) {
  const file = openSync(path, "r+");
  const { size } = fstatSync(file);
  const noise = randomFillSync(Buffer.alloc(16));
  for (let at = 0; at < size; at += chunkSize) {
    writeSync(file, noise, 0, Math.min(noise.length, size - at), at);
  }
  closeSync(file);
}

/**
 * @param {Files} files
 * @throws WrongOutput unless the decrypted file begins with the whole plaintext
 */
export function expectOpened(files) {
  // An overwritten file can be longer than the last output; only the plaintext counts.
  if (hashOfFile(files.opened, files.size) !== files.sha256) throw wrong();
}

/**
 * @param {Files} files
 * @param {Uint8Array | null} bytes
 * @throws WrongOutput unless they are the plaintext
 */
export function expectPlaintext(files, bytes) {
  if (bytes?.length !== files.size || hashOf(bytes) !== files.sha256) throw wrong();
}

/** @param {string} [what] */
export const wrong = (what = "its SHA-256 is not that of the plaintext") =>
  new WrongOutput(`an output is wrong: ${what}`);

/** @param {string} path @param {number} length */
function hashOfFile(path, length) {
  const hash = createHash("sha256");
  const block = Buffer.alloc(blockSize);
  const file = openSync(path, "r");
  for (let at = 0; at < length;) {
    const read = readSync(file, block, 0, Math.min(blockSize, length - at), at);
    if (read === 0) break;
    hash.update(block.subarray(0, read));
    at += read;
  }
  closeSync(file);
  return hash.digest("hex");
}

/** @param {Uint8Array} bytes */
function hashOf(bytes) {
  const hash = createHash("sha256");
  // One call takes less than 2 GiB.
  for (let at = 0; at < bytes.length; at += 1024 ** 3) {
    hash.update(bytes.subarray(at, at + 1024 ** 3));
  }
  return hash.digest("hex");
}
