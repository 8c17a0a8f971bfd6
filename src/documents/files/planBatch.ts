import { dirname, join, resolve } from "node:path";
import type { Format } from "../../age/age";
import { Turns } from "../../age/turns";
import { aim, findCollisions, realTargetOf, takenAt, type Aimed } from "./batchTargets";
import type { Disk } from "../disk/disk";
import { nullWhenRefused } from "../disk/diskFailures";
import { filesOf, type BatchOperation, type Found, type Skipped } from "./walkFolder";
import { encryptedSizeAtMost, findLack, type Lack } from "../disk/freeSpace";
import { heldIdentity, type HeldIdentity } from "./heldIdentity";
import type { LeftOut } from "./ignoreRules";
import type { Seen } from "./openSource";

/** A file of a batch. */
export interface BatchItem {
  readonly source: string;
  readonly target: string;
  /** The source's length in bytes. */
  readonly size: number;
  /** The version of the file that already has the target's name; null if there is none. */
  readonly taken: string | null;
  /** The identity in a file to be encrypted, of which Cage should warn the user. */
  readonly identity: HeldIdentity | null;
  /** The files that the plan looked at. The batch works on no others. */
  readonly seen: Seen;
}

/** The work of a batch, to be shown before it begins. */
export interface BatchPlan {
  readonly operation: BatchOperation;
  readonly items: readonly BatchItem[];
  readonly skipped: readonly Skipped[];
  /** The total length of the sources, in bytes. */
  readonly bytes: number;
  /** The file systems that lack room for the results. */
  readonly lacks: readonly Lack[];
}

/** The facts that a plan depends on, besides the files. */
export interface BatchFormat {
  readonly recipients: number;
  readonly format: Format;
  /** The real paths of files that are known to hold identities. */
  readonly identityFiles?: ReadonlySet<string>;
  /**
   * The identities already found in files, by path and version. A second plan reads no file again.
   */
  readonly identitiesSeen?: Map<string, HeldIdentity | null>;
  /** "ask" if the user is asked about the target of a single file anyway. */
  readonly oddTargets?: "leave out" | "ask";
  /** The files and folders to leave out of selected folders; nothing by default. */
  readonly leftOut?: LeftOut;
}

/**
 * Plans the encryption or decryption of files and folders, each file to its own name beside it: "a"
 * to "a.age", and "a.age" or "a.cage" to "a". In folders it skips files that do not concern the
 * batch. A file that the user selected by itself is encrypted even if it is encrypted already or
 * holds an identity. A file that can't be searched for identities is left out.
 *
 * @param selected - the paths of the files and folders.
 * @throws the signal's reason, or AgeError of the disk.
 */
export async function planBatch(
  operation: BatchOperation,
  selected: readonly string[],
  disk: Disk,
  format: BatchFormat = { recipients: 1, format: "binary" },
  signal?: AbortSignal,
): Promise<BatchPlan> {
  const chosen = new Set(selected.map((path) => resolve(path)));
  const found = new Map<string, Aimed>();
  const skipped: Skipped[] = [];
  const identities = new Map<string, HeldIdentity | null>();
  for (const path of selected) {
    for await (const one of filesOf(path, operation, disk, signal, format.leftOut)) {
      if ("reason" in one) {
        skipped.push(one);
        continue;
      }
      const held = operation === "encrypt" ? await identityIn(one, format, disk, signal) : null;
      if (held === "unknown") {
        skipped.push({ path: one.path, reason: "unreadable" });
        continue;
      }
      if (held !== null && !chosen.has(one.path)) {
        skipped.push({ path: one.path, reason: reasonOf(held) });
        continue;
      }
      identities.set(one.real, held);
      // A file that is selected both by itself and in a folder counts once.
      found.set(one.real, aim(one, operation));
    }
  }
  const collisions = await findCollisions([...found.values()], disk, signal);
  const items: BatchItem[] = [];
  for (const aimed of found.values()) {
    signal?.throwIfAborted();
    const { path, real, entry } = aimed.found;
    const collision = collisions.get(aimed);
    const taken = collision === undefined ? await takenAt(aimed, disk) : { reason: collision };
    if ("reason" in taken && format.oddTargets !== "ask") {
      skipped.push({ path, reason: taken.reason });
      continue;
    }
    items.push({
      source: path,
      target: join(dirname(path), aimed.name),
      size: entry.size,
      taken: "version" in taken ? taken.version : null,
      identity: identities.get(real) ?? null,
      seen: { source: real, id: entry.id, target: realTargetOf(aimed) },
    });
  }
  return withSums({ operation, items, skipped, bytes: 0, lacks: [] }, format, disk);
}

/** Returns a plan whose sums count only the items that it still has. */
export async function withSums(
  { operation, items, skipped }: BatchPlan,
  { recipients, format }: Pick<BatchFormat, "recipients" | "format">,
  disk: Disk,
): Promise<BatchPlan> {
  const outputs: { readonly target: string; readonly bytes: number }[] = [];
  let bytes = 0;
  const turns = new Turns(256);
  for (const { target, size } of items) {
    const pause = turns.step();
    if (pause !== null) await pause;
    bytes += size;
    const output = operation === "decrypt" ? size : encryptedSizeAtMost(size, recipients, format);
    outputs.push({ target, bytes: output });
  }
  return { operation, items, skipped, bytes, lacks: await findLack(outputs, disk) };
}

/**
 * Looks again at the sources that Cage has saved since they were planned: they are other files now.
 * A source that has become a link keeps its plan, so opening it is refused.
 */
export async function sawAnew<Item extends BatchItem>(
  items: readonly Item[],
  saved: readonly string[],
  disk: Disk,
): Promise<readonly Item[]> {
  const anew = new Set(saved);
  if (anew.size === 0) return items;
  const all: Item[] = [];
  const turns = new Turns(256);
  for (const item of items) {
    const pause = turns.step();
    if (pause !== null) await pause;
    const { seen } = item;
    const entry = anew.has(item.source)
      ? await disk.entry(seen.source).catch(nullWhenRefused)
      : null;
    const isFile = entry?.kind === "file";
    all.push(isFile ? { ...item, size: entry.size, seen: { ...seen, id: entry.id } } : item);
  }
  return all;
}

function reasonOf(held: HeldIdentity): Skipped["reason"] {
  return held === "seen"
    ? "with an identity inside"
    : "encrypted with a passphrase, so an identity may be inside";
}

/** Looks for an identity in a file. @returns "unknown" if the file can't be read just now. */
async function identityIn(
  { real, entry }: Found,
  { identityFiles, identitiesSeen }: BatchFormat,
  disk: Disk,
  signal?: AbortSignal,
): Promise<HeldIdentity | "unknown" | null> {
  if (identityFiles?.has(real) === true) return "seen";
  const key = JSON.stringify([real, entry.id, entry.version]);
  const known = identitiesSeen?.get(key);
  if (known !== undefined) return known;
  try {
    const held = await heldIdentity(real, disk, signal);
    identitiesSeen?.set(key, held);
    return held;
  } catch (error) {
    nullWhenRefused(error);
    return "unknown";
  }
}
