import { basename, dirname, join, resolve } from "node:path";
import { AgeError } from "../../age/errors";
import { Turns } from "../../age/turns";
import { recipientsFileNames } from "../../keys/recipientsFile";
import { hasUnspeltName } from "../disk/absence";
import type { Disk } from "../disk/disk";
import { failureOf, nullWhenRefused } from "../disk/diskFailures";
import type { Entry } from "../disk/fileFacts";
import { isHiddenName } from "../disk/hiddenNames";
import { IgnoreRules, type LeftOut, type LeftOutReason } from "./ignoreRules";
import { isEncryptedName } from "../disk/encryptedNames";
import { sortInTurns } from "../disk/sortInTurns";

/** The reason why a batch leaves a file out. It reads well after the file's name or a number. */
export type SkipReason =
  | "already encrypted, by name"
  | "without the suffix of an encrypted file"
  | "unfinished work of Cage"
  | "part of Git"
  | LeftOutReason
  | "used as a recipients list"
  | "with an identity inside"
  | "encrypted with a passphrase, so an identity may be inside"
  | "link, pipe, socket or device"
  | "not found"
  | "unreadable"
  | "name not in UTF-8"
  | "path too long for this system"
  | "same target as another file of this batch"
  | "target is another file of this batch"
  | "target is a link"
  | "target is a folder, pipe, socket or device"
  | "target would be part of Git"
  | "target name would be too long"
  | "target already exists"
  | "no recipients list applies"
  | "recipients list cannot be used"
  | "new since the recipients were chosen";

/** A file or folder that is left out, and why. */
export interface Skipped {
  readonly path: string;
  readonly reason: SkipReason;
  /** More about the reason, such as the fault in a list. */
  readonly detail?: string;
}

/** A file found for a batch. */
export interface Found {
  readonly path: string;
  /** The real path of the folder that contains the path. */
  readonly folder: string;
  /** The file's real path. It lies in that folder unless the path itself is a link. */
  readonly real: string;
  /** The file's entry when it was found. */
  readonly entry: Entry;
}

/** The work that a batch does with its files. */
export type BatchOperation = "encrypt" | "decrypt";

/**
 * Finds a selected file, or the files in a selected folder and those below it that a batch is
 * about, by name. It follows a link only if that is what was selected. Any other link may lead
 * anywhere, or to a folder above.
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
    yield { path, reason: "without the suffix of an encrypted file" };
  } else if (real !== null && entry?.kind === "file") {
    yield { path, real, entry, folder: await disk.realPath(dirname(path)) };
  } else if (real !== null && entry === null) {
    const isUnspelt = await hasUnspeltName(path, disk).catch(nullWhenRefused);
    yield { path, reason: isUnspelt === true ? "name not in UTF-8" : "not found" };
  } else yield { path, reason: "link, pipe, socket or device" };
}

const nothingLeftOut: LeftOut = { byIgnoreFiles: false, exclude: [] };

/** A folder to walk through: its path, and its real one. */
interface Place {
  readonly path: string;
  readonly real: string;
}

/** A folder that is being read, and the number of names that were handled. */
interface Level extends Place {
  readonly entries: Names;
  readonly rules: IgnoreRules;
  done: number;
}

type Names = Awaited<ReturnType<Disk["list"]>>;

/**
 * Walks through a folder and those below it. It keeps its own stack: through nested generators each
 * file would pass as many times as its folder is deep.
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
    else if (isUtf8 === false) yield { path, reason: "name not in UTF-8" };
    else if (kind === "folder") within = { path, real };
    else yield await fileIn(level.real, path, disk);
  }
}

/** Reads the names in a folder and sorts them, or returns why the folder is left out. */
async function enter(
  { path, real }: Place,
  outer: IgnoreRules,
  disk: Disk,
  signal?: AbortSignal,
): Promise<Level | Skipped> {
  const entries = await disk.list(real).catch(failureOf);
  if (entries instanceof AgeError) return unreadable(path, entries);
  // A link that has since replaced the folder leads elsewhere.
  if ((await disk.realPath(real).catch(nullWhenRefused)) !== real) {
    return { path, reason: "link, pipe, socket or device" };
  }
  const names = entries.map(({ name }) => name);
  const rules = await outer.in(real, names);
  const sorted = await sortInTurns(entries, (a, b) => (a.name < b.name ? -1 : 1), signal);
  return { path, real, rules, entries: sorted, done: 0 };
}

/** Reads a file of a batch. It skips anything but a file. */
async function fileIn(folder: string, path: string, disk: Disk): Promise<Found | Skipped> {
  const real = join(folder, basename(path));
  const entry = await disk.entry(real).catch(failureOf);
  if (entry instanceof AgeError) return unreadable(path, entry);
  if (entry === null) return { path, reason: "not found" };
  if (entry.kind === "file") return { path, folder, real, entry };
  return { path, reason: "link, pipe, socket or device" };
}

function unreadable(path: string, { message, facts }: AgeError): Skipped {
  if (facts.fault === "ENAMETOOLONG") {
    return { path, reason: "path too long for this system" };
  }
  return { path, reason: "unreadable", detail: message };
}

function reasonToSkip(
  name: string,
  kind: "file" | "folder" | "other",
  operation: BatchOperation,
): SkipReason | null {
  if (isGitName(name)) return "part of Git";
  if (kind === "folder") return null;
  if (kind === "other") return "link, pipe, socket or device";
  if (isHiddenName(name)) return "unfinished work of Cage";
  if (operation === "decrypt") {
    return isEncryptedName(name) ? null : "without the suffix of an encrypted file";
  }
  if (isEncryptedName(name)) return "already encrypted, by name";
  if (filesOfGit.has(name.toLowerCase())) return "part of Git";
  return recipientsFileNames.includes(name) ? "used as a recipients list" : null;
}

/**
 * The files that Git reads by name. Without its list of ignored files, Git would commit a secret.
 */
const filesOfGit: ReadonlySet<string> = new Set([".gitignore", ".gitattributes", ".gitmodules"]);

/**
 * Tells whether Git takes a name for its own folder, whose files can name programs for it to run.
 */
export function isGitName(name: string): boolean {
  return name.toLowerCase() === ".git";
}
