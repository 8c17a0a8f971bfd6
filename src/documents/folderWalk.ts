import { basename, dirname, join, resolve } from "node:path";
import { AgeError } from "../age/errors";
import { Turns } from "../age/turns";
import { recipientsFileNames } from "../keys/recipientsFile";
import { hasUnspeltName } from "./absence";
import type { Disk } from "./disk";
import { nullWhenRefused } from "./diskErrors";
import type { Entry } from "./fileFacts";
import { isHiddenName } from "./hiddenNames";
import { IgnoreRules, type LeftOut, type LeftOutReason } from "./ignoreRules";
import { isEncryptedName } from "./names";
import { sortInTurns } from "./sortInTurns";

/** The reason why a file is left out of a batch. */
export type SkipReason =
  | "its name is that of an encrypted file"
  | "its name has no suffix of an encrypted file"
  | "it is an unfinished file of Cage"
  | "it belongs to Git"
  | LeftOutReason
  | "it names the recipients"
  | "it holds an identity"
  | "it may hold an identity, since a passphrase encrypts it"
  | "it is a link, a pipe, a socket or a device"
  | "it does not exist"
  | "it cannot be read"
  | "its name is not UTF-8"
  | "its path is too long for this system"
  | "another file of this batch has the same target"
  | "its target is another file of this batch"
  | "its target is a link"
  | "its target is a folder, a pipe, a socket or a device"
  | "its target would belong to Git"
  | "its target's name would be too long"
  | "its target exists already"
  | "no list of recipients speaks for it"
  | "its list of recipients cannot be used"
  | "it is new since its recipients were chosen";

/** A file or folder that is left out, and why. */
export interface Skipped {
  readonly path: string;
  readonly reason: SkipReason;
  /** More about the reason, such as what is wrong with which list. */
  readonly detail?: string;
}

/** A file found for a batch. */
export interface Found {
  readonly path: string;
  /** The real path of the folder that the path is in. */
  readonly folder: string;
  /** The file's real path. Unless the path itself is a link, it lies in that folder. */
  readonly real: string;
  /** The file as it was found. */
  readonly entry: Entry;
}

/** The work that a batch does with its files. */
export type BatchOperation = "encrypt" | "decrypt";

/**
 * Finds what was selected: a file, or the files in a folder, and in those below it, that a batch is
 * about, by name. Links are followed to what was selected itself, and nowhere else: what they lead
 * to may lie anywhere, or above.
 */
export async function* filesOf(
  selected: string,
  operation: BatchOperation,
  disk: Disk,
  signal?: AbortSignal,
  leftOut: LeftOut = nothingLeftOut,
): AsyncGenerator<Found | Skipped> {
  const path = resolve(selected);
  const real = await disk.realPath(path).catch(nullWhenRefused);
  const entry = real === null ? null : await disk.entry(real).catch(nullWhenRefused);
  if (real !== null && entry?.kind === "folder") {
    const rules = await IgnoreRules.at(real, leftOut, disk);
    yield* walk({ path, real }, operation, rules, disk, signal);
  } else if (operation === "decrypt" && entry !== null && !isEncryptedName(path)) {
    yield { path, reason: "its name has no suffix of an encrypted file" };
  } else if (real !== null && entry?.kind === "file") {
    yield { path, real, entry, folder: await disk.realPath(dirname(path)) };
  } else if (real !== null && entry === null) {
    const isUnspelt = await hasUnspeltName(path, disk).catch(nullWhenRefused);
    yield { path, reason: isUnspelt === true ? "its name is not UTF-8" : "it does not exist" };
  } else yield { path, reason: "it is a link, a pipe, a socket or a device" };
}

const nothingLeftOut: LeftOut = { byIgnoreFiles: false, exclude: [] };

/** A folder that is walked through: its path, and its real one. */
interface Place {
  readonly path: string;
  readonly real: string;
}

/** A folder whose names are read, and how many of them were looked at. */
interface Level extends Place {
  readonly entries: Names;
  readonly rules: IgnoreRules;
  done: number;
}

type Names = Awaited<ReturnType<Disk["list"]>>;

/**
 * Walks through a folder and those below it. It keeps a stack of its own: through nested generators
 * each file would pass as many times as its folder is deep.
 */
async function* walk(
  selected: Place,
  operation: BatchOperation,
  outer: IgnoreRules,
  disk: Disk,
  signal?: AbortSignal,
): AsyncGenerator<Found | Skipped> {
  const levels: Level[] = [];
  const turns = new Turns(16);
  let within: Place | null = selected;
  for (;;) {
    const pause = turns.step(signal);
    if (pause !== null) await pause;
    signal?.throwIfAborted();
    if (within !== null) {
      const level = await enter(within, levels.at(-1)?.rules ?? outer, disk, signal);
      if ("reason" in level) yield level;
      else levels.push(level);
      within = null;
    }
    const level = levels.at(-1);
    if (level === undefined) return;
    const entry = level.entries[level.done++];
    if (entry === undefined) {
      levels.pop();
      continue;
    }
    const { name, kind, isUtf8 } = entry;
    const path = join(level.path, name);
    const real = join(level.real, name);
    const reason =
      reasonToSkip(name, kind, operation) ??
      (await level.rules.reasonFor(real, kind === "folder", signal));
    if (reason !== null) yield { path, reason };
    else if (isUtf8 === false) yield { path, reason: "its name is not UTF-8" };
    else if (kind === "folder") within = { path, real };
    else yield await fileIn(level.real, path, disk);
  }
}

/** Reads the names in a folder, sorted; or tells why it is left out. */
async function enter(
  { path, real }: Place,
  outer: IgnoreRules,
  disk: Disk,
  signal?: AbortSignal,
): Promise<Level | Skipped> {
  const entries = await disk.list(real).catch(failureWhenRefused);
  if (entries instanceof AgeError) return unreadable(path, entries);
  // A link that was put here since the folder above was read leads elsewhere.
  if ((await disk.realPath(real).catch(nullWhenRefused)) !== real) {
    return { path, reason: "it is a link, a pipe, a socket or a device" };
  }
  const names = entries.map(({ name }) => name);
  const rules = await outer.in(real, names);
  const sorted = await sortInTurns(entries, (a, b) => (a.name < b.name ? -1 : 1), signal);
  return { path, real, rules, entries: sorted, done: 0 };
}

/** A file as a batch sees it; anything but a file is skipped. */
async function fileIn(folder: string, path: string, disk: Disk): Promise<Found | Skipped> {
  const real = join(folder, basename(path));
  const entry = await disk.entry(real).catch(failureWhenRefused);
  if (entry instanceof AgeError) return unreadable(path, entry);
  if (entry === null) return { path, reason: "it does not exist" };
  if (entry.kind === "file") return { path, folder, real, entry };
  return { path, reason: "it is a link, a pipe, a socket or a device" };
}

/** Turns a failure of the disk into a result, and throws our own faults on. */
function failureWhenRefused(error: unknown): AgeError {
  if (error instanceof AgeError) return error;
  throw error;
}

function unreadable(path: string, { message, facts }: AgeError): Skipped {
  if (facts.fault === "ENAMETOOLONG") {
    return { path, reason: "its path is too long for this system" };
  }
  return { path, reason: "it cannot be read", detail: message };
}

function reasonToSkip(
  name: string,
  kind: "file" | "folder" | "other",
  operation: BatchOperation,
): SkipReason | null {
  if (isGitName(name)) return "it belongs to Git";
  if (kind === "folder") return null;
  if (kind === "other") return "it is a link, a pipe, a socket or a device";
  if (isHiddenName(name)) return "it is an unfinished file of Cage";
  if (operation === "decrypt") {
    return isEncryptedName(name) ? null : "its name has no suffix of an encrypted file";
  }
  if (isEncryptedName(name)) return "its name is that of an encrypted file";
  return recipientsFileNames.includes(name) ? "it names the recipients" : null;
}

/** Tells whether a name means Git's own files to Git, which runs programs that they name. */
export function isGitName(name: string): boolean {
  return name.toLowerCase() === ".git";
}
