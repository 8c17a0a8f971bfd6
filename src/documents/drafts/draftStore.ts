import { join } from "node:path";
import { lineFeed } from "../../age/ascii";
import { concat } from "../../age/bytes";
import { AgeError } from "../../age/errors";
import type { DescribedFile, Disk, NewFile } from "../disk/disk";
import { nullWhenNotFound, nullWhenRefused } from "../disk/diskFailures";
import { makeFile, writeFlushed } from "../disk/newFile";
import {
  beginsDraft,
  invalidDraft,
  longestHead,
  parseHead,
  type DraftOrigin,
  type DraftRecord,
} from "./draftFile";
import { candidateOwner, candidatePath, draftPath, isDraftName } from "./draftNames";
import { type DraftWindow, type ThisWindow, windowOf } from "./draftWindow";
import { isOwnedByUser } from "../disk/fileFacts";
import { largestSize } from "../openDocument";

/** The folder of all windows' drafts, and the process that reads it. */
export interface DraftStore extends ThisWindow {
  readonly disk: Disk;
  /** A folder for drafts alone, in the extension's own storage. */
  readonly folder: string;
}

/** A draft that was found. Nothing in it is authentic until it is opened. */
export interface FoundDraft {
  readonly record: DraftOrigin;
  readonly file: string;
  readonly of: DraftWindow;
  /** The length of its file, in bytes. */
  readonly size: number;
}

/**
 * Finds drafts, the newest first. It reads only their records, one after another, and leaves out
 * other files and drafts that belong to somebody else.
 *
 * @param path - the encrypted file; all files by default.
 */
export async function findDrafts(store: DraftStore, path?: string): Promise<readonly FoundDraft[]> {
  const drafts: FoundDraft[] = [];
  for (const name of await namesIn(store)) {
    if (!isDraftName(name, path)) continue;
    const file = join(store.folder, name);
    const found = await lookAt(file, store).catch(nullWhenRefused);
    if (found !== null && (path === undefined || found.record.path === path)) drafts.push(found);
  }
  return drafts.sort((a, b) => b.record.made - a.record.made || (a.file < b.file ? -1 : 1));
}

/** Lists the names in the folder of drafts, or nothing if there is no such folder. */
export async function namesIn({ disk, folder }: DraftStore): Promise<readonly string[]> {
  const listed = (await disk.list(folder).catch(nullWhenNotFound)) ?? [];
  return listed.map(({ name }) => name);
}

/** Reads the record of a draft. @returns null for anything else, and for one under a wrong name. */
export async function lookAt(file: string, store: DraftStore): Promise<FoundDraft | null> {
  const held = await store.disk.openForReading(file, { noFollow: true });
  try {
    if (!isOwnedByUser(held.facts)) return null;
    const head = await readHead(held);
    if (head === null || head === "another version") return null;
    const { path, base, made, session, home, pid, start } = head.record;
    if (file !== draftPath(store.folder, path, session)) return null;
    const record = { path, base, made, session, home, pid, start };
    return { record, file, of: windowOf(record, store), size: held.facts.size };
  } finally {
    await held.close();
  }
}

/**
 * Reads a draft that was found.
 *
 * @throws AgeError "invalid-draft" if the file is not that draft any more, "no-permission" if it is
 * somebody else's, "not-found" or "too-large".
 */
export async function readDraft(
  { record: { path, session }, file }: FoundDraft,
  { disk }: DraftStore,
  signal?: AbortSignal,
): Promise<{ readonly record: DraftRecord; readonly ageFile: Uint8Array }> {
  const held = await disk.openForReading(file, { noFollow: true });
  try {
    const { facts } = held;
    if (!isOwnedByUser(facts)) throw new AgeError("no-permission", "it is not your own", { path });
    if (facts.size > largestDraft) throw new AgeError("too-large", "it is too large", { path });
    const bytes = new Uint8Array(facts.size);
    let length = 0;
    for await (const piece of held.stream(signal)) {
      bytes.set(piece.subarray(0, facts.size - length), length);
      length = Math.min(length + piece.length, facts.size);
      if (!beginsDraft(bytes)) throw invalidDraft(path);
    }
    const head = parseHead(bytes.subarray(0, length));
    if (head === null || head === "another version") throw invalidDraft(path);
    const { record, end } = head;
    if (record.path !== path || record.session !== session) throw invalidDraft(path);
    return { record, ageFile: bytes.subarray(end, length) };
  } finally {
    await held.close();
  }
}

/**
 * Writes a draft in the place of the window's earlier one, whole or not at all.
 *
 * @param active - contains the candidate while it is being written.
 */
export async function writeDraft(
  file: string,
  pieces: readonly Uint8Array[],
  { disk, folder, home, session, processes, random }: DraftStore & Randomness,
  active: Set<string>,
  signal: AbortSignal,
): Promise<void> {
  await disk.createFolder(folder);
  signal.throwIfAborted();
  const owner = candidateOwner(home, session, processes.pid);
  const candidate = candidatePath(folder, owner, random(12));
  active.add(candidate);
  try {
    const fill = (open: NewFile): Promise<void> => writeFlushed(open, pieces);
    await makeFile(disk, candidate, fill, async () => {
      signal.throwIfAborted();
      await disk.rename(candidate, file);
      await disk.flushFolder(folder);
    });
  } finally {
    active.delete(candidate);
  }
}

/** Removes a draft, unless another one has taken its place. */
export async function removeDraft(draft: FoundDraft, store: DraftStore): Promise<void> {
  if (await isThere(draft, store)) await store.disk.remove(draft.file).catch(nullWhenNotFound);
}

/** Tells whether a draft is still where it was found. */
export async function isThere(draft: FoundDraft, store: DraftStore): Promise<boolean> {
  const found = await lookAt(draft.file, store).catch(nullWhenNotFound);
  return found !== null && isSameDraft(found.record, draft.record);
}

function isSameDraft(a: DraftOrigin, b: DraftOrigin): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

interface Randomness {
  readonly random: (length: number) => Uint8Array;
}

/** The largest draft, in bytes. The editor can't open larger ones. */
const largestDraft = largestSize * 1.5;

/** Reads a record, and no more of the file than the longest record. */
async function readHead(file: DescribedFile): Promise<ReturnType<typeof parseHead>> {
  const pieces: Uint8Array[] = [];
  let [length, lines] = [0, 0];
  for await (const piece of file.stream(undefined, pieceSize)) {
    pieces.push(piece);
    length += piece.length;
    for (const byte of piece) if (byte === lineFeed) lines++;
    if (lines >= 2 || length >= longestHead || !beginsDraft(pieces[0] ?? piece)) break;
  }
  return parseHead(concat(pieces));
}

const pieceSize = 16 * 1024;
