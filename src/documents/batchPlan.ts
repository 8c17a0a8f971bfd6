import { basename, dirname, join, relative } from "node:path";
import type { Format } from "../age/age";
import type { Disk } from "./disk";
import {
  fileAt,
  nullWhenRefused,
  walkFolder,
  type BatchOperation,
  type Found,
  type Skipped,
  type SkipReason,
} from "./folderWalk";
import { encryptedSizeAtMost, findLack, type Lack } from "./freeSpace";
import { encryptedName, isEncryptedName, plainName } from "./names";

/** A file of a batch. */
export interface BatchItem {
  readonly source: string;
  readonly target: string;
  /** The source's length in bytes. */
  readonly size: number;
  /** Whether something has the target's name already. */
  readonly isTaken: boolean;
}

/** What a batch will do, to be shown before it does. */
export interface BatchPlan {
  readonly operation: BatchOperation;
  readonly items: readonly BatchItem[];
  readonly skipped: readonly Skipped[];
  /** The sources' lengths together, in bytes. */
  readonly bytes: number;
  /** File systems on which the results will not find room. */
  readonly lacks: readonly Lack[];
}

/** What the plan depends on besides the files. */
export interface BatchFormat {
  readonly recipients: number;
  readonly format: Format;
  /** The real paths of files that hold identities: in folders they are left out of an encryption. */
  readonly identityFiles?: ReadonlySet<string>;
}

/**
 * Plans the encryption or decryption of files and folders, each file to its own name beside it: "a" to
 * "a.age", and "a.age" or "a.cage" to "a". In folders, what is no matter of the batch is skipped; a file
 * that was selected itself is encrypted even if it is encrypted already.
 */
export async function planBatch(
  operation: BatchOperation,
  selected: readonly string[],
  disk: Disk,
  { recipients, format, identityFiles = new Set() }: BatchFormat = {
    recipients: 1,
    format: "binary",
  },
  signal?: AbortSignal,
): Promise<BatchPlan> {
  const found = new Map<string, Found>();
  const skipped: Skipped[] = [];
  for (const path of selected) {
    const selectedReally = (await disk.realPath(path).catch(nullWhenRefused)) ?? path;
    for await (const one of filesOf(path, operation, disk, signal)) {
      // The walk follows no links.
      const real = join(selectedReally, relative(path, one.path));
      const isIdentity = operation === "encrypt" && one.path !== path && identityFiles.has(real);
      if ("reason" in one) skipped.push(one);
      else if (isIdentity) skipped.push({ path: one.path, reason: "it holds an identity" });
      // What is selected itself and in a folder too is one file.
      else found.set(real, one);
    }
  }
  const targets = new Map<string, Found[]>();
  for (const one of found.values()) {
    const target = targetOf(one.path, operation);
    targets.set(target, [...(targets.get(target) ?? []), one]);
  }
  const items: BatchItem[] = [];
  for (const [target, sources] of targets) {
    const [only] = sources;
    if (only === undefined || sources.length > 1) {
      const reason: SkipReason = "another file of this batch has the same target";
      skipped.push(...sources.map(({ path }) => ({ path, reason })));
      continue;
    }
    const isTaken = await isThere(target, disk);
    items.push({ source: only.path, target, size: only.size, isTaken });
  }
  const outputs = items.map(({ target, size }) => ({
    target,
    bytes: operation === "decrypt" ? size : encryptedSizeAtMost(size, recipients, format),
  }));
  const bytes = items.reduce((sum, { size }) => sum + size, 0);
  return { operation, items, skipped, bytes, lacks: await findLack(outputs, disk) };
}

async function* filesOf(
  path: string,
  operation: BatchOperation,
  disk: Disk,
  signal?: AbortSignal,
): AsyncGenerator<Found | Skipped> {
  const facts = await disk.facts(path).catch(nullWhenRefused);
  if (facts?.kind === "folder") yield* walkFolder(path, operation, disk, signal);
  else if (operation === "decrypt" && facts !== null && !isEncryptedName(path)) {
    yield { path, reason: "its name has no suffix of an encrypted file" };
  } else yield await fileAt(path, disk);
}

function targetOf(path: string, operation: BatchOperation): string {
  const name = operation === "encrypt" ? encryptedName(basename(path)) : plainName(basename(path));
  return join(dirname(path), name);
}

async function isThere(path: string, disk: Disk): Promise<boolean> {
  return (await disk.facts(path).catch(nullWhenRefused)) !== null;
}
