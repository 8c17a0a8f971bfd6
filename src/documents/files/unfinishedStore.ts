import { join } from "node:path";
import type { Holder } from "../../age/errors";
import { shortDigest } from "../disk/digest";
import type { Disk, NewFile } from "../disk/disk";
import { nullWhenNotFound } from "../disk/diskFailures";
import { freshCandidate } from "../disk/hiddenNames";
import { makeFile } from "../disk/newFile";
import type { DocumentContext } from "../openDocument";
import { machineHome, stateOfRun, type Processes, type RecordedRun } from "../disk/processes";
import {
  encodeRecord,
  isOfAnotherVersion,
  maxRecordSize,
  parseRecord,
  type UnfinishedOperation,
} from "./unfinishedRecord";

/** The records of the running operations of all windows on this machine. */
export interface UnfinishedStore {
  /** A folder on this machine's disk for records alone. */
  readonly folder: string;
  readonly processes: Processes;
  /** This machine, by {@link machineHome}. */
  readonly home: string;
  /** The targets that this process is writing at present. */
  readonly running: Set<string>;
}

/** The dependencies of operations on files. */
export interface FileContext extends DocumentContext {
  /** The records of operations on files, whether running or unfinished. */
  readonly unfinished: UnfinishedStore;
}

/** Makes a store for the operations of this process. */
export function unfinishedStore(
  folder: string,
  processes: Processes,
  home = machineHome(processes),
): UnfinishedStore {
  return { folder, processes, home, running: new Set() };
}

/** The part of a document context that storing records needs. */
export interface RecordContext {
  readonly disk: Disk;
  readonly random: (length: number) => Uint8Array;
  readonly unfinished: UnfinishedStore;
}

/** The file of a record. The records of one target share a key, and are numbered in order. */
export interface RecordFile {
  readonly path: string;
  /** The beginning of its name, which {@link shortDigest} makes from the target's path. */
  readonly key: string;
  readonly number: number;
}

/** Returns the file of the record with this number for a target. */
export function recordFile(
  key: string,
  number: number,
  { folder }: Pick<UnfinishedStore, "folder">,
): RecordFile {
  return { path: join(folder, `${key}.${number}.json`), key, number };
}

/** Lists the files of all records, or of one target's, the newest of each target first. */
export async function recordFiles(
  { disk, unfinished }: RecordContext,
  ofKey?: string,
): Promise<readonly RecordFile[]> {
  const files: RecordFile[] = [];
  for (const { name } of await disk.list(unfinished.folder)) {
    const [, key, number] = /^([0-9a-f]{32})\.([1-9][0-9]{0,8})\.json$/.exec(name) ?? [];
    if (key === undefined || (ofKey !== undefined && key !== ofKey)) continue;
    files.push(recordFile(key, Number(number), unfinished));
  }
  return files.sort((a, b) => b.number - a.number);
}

/**
 * Reads the record in a file.
 *
 * @returns one of these if there is no usable record:
 * - "void" if the file certainly holds none,
 * - "unknown" if another version of Cage may have written it, or is writing it,
 * - "gone" if it was removed meanwhile.
 *
 * @throws AgeError if the file can't be read.
 */
export async function readRecord(
  { path, key }: RecordFile,
  disk: Disk,
): Promise<UnfinishedOperation | "void" | "unknown" | "gone"> {
  const facts = await disk.facts(path);
  if (facts === null) return "gone";
  if (facts.kind !== "file" || facts.size > maxRecordSize) return "void";
  const bytes = await disk.read(path).catch(nullWhenNotFound);
  if (bytes === null) return "gone";
  const record = parseRecord(bytes);
  // On a disk without links, an empty file takes the record's name first.
  if (record === null) return bytes.length === 0 || isOfAnotherVersion(bytes) ? "unknown" : "void";
  return shortDigest(record.target) === key ? record : "void";
}

/**
 * Writes a record. It does not flush, which would be slow: a power failure that loses the record
 * costs a resumption at most.
 *
 * @throws AgeError "already-exists" if a record exists and must be kept.
 */
export async function writeRecord(
  { path }: RecordFile,
  record: UnfinishedOperation,
  existing: "keep" | "replace",
  { disk, random }: RecordContext,
): Promise<void> {
  const candidate = freshCandidate(path, random);
  const fill = (file: NewFile): Promise<void> => file.write(encodeRecord(record));
  await makeFile(disk, candidate, fill, () =>
    existing === "replace" ? disk.rename(candidate, path) : disk.renameToFree(candidate, path),
  );
}

/** Names this process, as the records of its runs do from now on. */
export function thisRun({ processes: { pid, start }, home }: UnfinishedStore): RecordedRun {
  return { pid, start, home, since: Date.now() };
}

/**
 * Returns the other process that runs a record's operation, or may run it; null if it has ended.
 */
export function holderOf(
  record: UnfinishedOperation,
  { processes, home: own }: UnfinishedStore,
): Holder | null {
  const { pid, start, home = own, since = null } = record;
  if (pid === processes.pid && start === processes.start && home === own) return null;
  const state = stateOfRun(record, own, processes);
  if (state === "ended") return null;
  return { pid, since, host: home.split(" ")[0] ?? "", isAlive: state === "alive" };
}
