import { Turns } from "../../age/turns";
import { dirname } from "node:path";
import type { Format } from "../../age/age";
import { AgeError } from "../../age/errors";
import type { Disk } from "./disk";

/**
 * Returns an upper bound for the length of an encrypted file, in bytes.
 *
 * @param size - the length of the plaintext, in bytes.
 * @param recipients - the number of recipients.
 */
export function encryptedSizeAtMost(size: number, recipients: number, format: Format): number {
  // A stanza of X25519 or scrypt has about 150 bytes; a chunk of 64 KiB gets a tag of 16.
  const binary = 200 * (recipients + 1) + size + 16 * (Math.floor(size / 65_536) + 1);
  // Armor turns 48 bytes into 65, and adds a line at either end.
  return format === "binary" ? binary : Math.ceil(binary / 48) * 65 + 100;
}

/** The space that a file system lacks for the files to be written there. */
export interface Lack {
  /** One of the target folders on it. */
  readonly folder: string;
  readonly missingBytes: number;
}

/**
 * Finds the file systems that have too little room for the files to be written there.
 *
 * @param files - targets, and how many bytes each of them still needs.
 */
export async function findLack(
  files: readonly { readonly target: string; readonly bytes: number }[],
  disk: Disk,
): Promise<readonly Lack[]> {
  const perFolder = new Map<string, number>();
  const turns = new Turns(256);
  for (const { target, bytes } of files) {
    const pause = turns.step();
    if (pause !== null) await pause;
    const folder = dirname(target);
    perFolder.set(folder, (perFolder.get(folder) ?? 0) + bytes);
  }
  const perDevice = new Map<string, Lack>();
  for (const [folder, bytes] of perFolder) {
    const free = await disk.freeSpace(folder);
    if (free === null) continue;
    const before = perDevice.get(free.device);
    const missingBytes = before === undefined ? bytes - free.bytes : before.missingBytes + bytes;
    perDevice.set(free.device, { folder: before?.folder ?? folder, missingBytes });
  }
  return [...perDevice.values()].filter(({ missingBytes }) => missingBytes > 0);
}

/**
 * Makes sure, as far as possible, that there is room for a file. The holes of a sparse source
 * count, too: encrypted, they take up room.
 *
 * @throws AgeError "disk-full", with the number of missing bytes.
 */
export async function requireSpace(target: string, bytes: number, disk: Disk): Promise<void> {
  const [lack] = await findLack([{ target, bytes }], disk);
  if (lack === undefined) return;
  const { missingBytes } = lack;
  const megabytes = Math.ceil(missingBytes / 1e6);
  throw new AgeError(
    "disk-full",
    `the disk has too little free space: ${megabytes} MB more is needed`,
    { path: target, missingBytes },
  );
}
