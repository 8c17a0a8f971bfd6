// Chooses places for files: a RAM disk, if there is one, and a disk.
import { statfsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { freemem, tmpdir } from "node:os";
import { join } from "node:path";
import { inProject } from "../scripts/project.mjs";

/**
 * @typedef {object} Place
 * @property {"RAM disk" | "disk"} name
 * @property {string} folder
 */

const gibibyte = 1024 ** 3;

/**
 * Makes a folder for the bench on each kind of place that this machine has.
 *
 * @returns {Promise<readonly Place[]>}
 */
export async function makePlaces() {
  /** @type {Place[]} */
  const places = [];
  if (isRamDisk("/dev/shm")) places.push({ name: "RAM disk", folder: await inside("/dev/shm") });
  // Some systems keep temporary files in memory, too.
  const temporary = isRamDisk(tmpdir()) ? inProject(".cache") : tmpdir();
  places.push({ name: "disk", folder: await inside(temporary) });
  return places;
}

/** @param {readonly Place[]} places */
export async function removePlaces(places) {
  for (const { folder } of places) await rm(folder, { recursive: true, force: true });
}

/**
 * Tells whether a place has room for this many bytes and the machine keeps a reserve.
 *
 * @param {Place} place
 * @param {number} bytes
 */
export function hasRoom({ name, folder }, bytes) {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < bytes + gibibyte / 4) return false;
  return name === "disk" || freemem() > bytes + 2 * gibibyte;
}

/** @param {string} folder */
function isRamDisk(folder) {
  const tmpfs = 0x01021994;
  try {
    return process.platform === "linux" && statfsSync(folder).type === tmpfs;
  } catch {
    return false;
  }
}

/** @param {string} parent */
async function inside(parent) {
  await mkdir(parent, { recursive: true });
  return mkdtemp(join(parent, "cage-bench-"));
}
