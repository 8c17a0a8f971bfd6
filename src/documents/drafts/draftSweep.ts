import { dirname, join } from "node:path";
import { ignoreFailure, nullWhenRefused } from "../disk/diskFailures";
import { candidateOwner, ownerOfCandidate, type CandidateOwner } from "./draftNames";
import { namesIn, removeDraft, type DraftStore, type FoundDraft } from "./draftStore";
import { strandedDrafts } from "./strandedDrafts";

/** A folder of drafts, and the clock. */
export interface SweepContext extends DraftStore {
  /** Returns the time, in milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Removes candidates whose process has ended, and expired drafts whose window and encrypted file
 * are both gone. It leaves alone the files that it can't read.
 *
 * @param keepDays - the days after which such a draft expires; 0 keeps it for ever.
 * @param active - the candidates that this window is writing.
 * @returns the drafts that stay although their files are gone.
 */
export async function sweepDrafts(
  context: SweepContext,
  keepDays: number,
  active: ReadonlySet<string>,
): Promise<readonly FoundDraft[]> {
  for (const name of await namesIn(context)) {
    const owner = ownerOfCandidate(name);
    const path = join(context.folder, name);
    if (owner === null || active.has(path)) continue;
    if (await isLeft(path, owner, context).catch(nullWhenRefused)) {
      await context.disk.remove(path).catch(ignoreFailure);
    }
  }
  const staying: FoundDraft[] = [];
  for (const draft of await strandedDrafts(context)) {
    const isOver =
      keepDays > 0 && (await isExpired(draft, keepDays * day, context).catch(nullWhenRefused));
    if (isOver === true) await removeDraft(draft, context).catch(ignoreFailure);
    else staying.push(draft);
  }
  return staying;
}

const day = 24 * 60 * 60 * 1000;

/** Tells whether a candidate was abandoned. No write takes a day. */
async function isLeft(
  path: string,
  owner: CandidateOwner,
  { disk, home, session, processes, now }: SweepContext,
): Promise<boolean> {
  const entry = await disk.facts(path);
  if (entry?.kind !== "file") return false;
  if (now() - entry.mtime > day) return true;
  const own = candidateOwner(home, session, processes.pid);
  if (owner.home !== own.home) return false;
  if (owner.session === own.session && owner.pid === own.pid) return true;
  return !processes.isAlive(owner.pid, "");
}

/** Tells whether a stranded draft has expired, by its record and by its file's time. */
async function isExpired(
  { record, file }: FoundDraft,
  after: number,
  { disk, now }: SweepContext,
): Promise<boolean> {
  const facts = await disk.facts(file);
  if (facts === null || now() - record.made < after || now() - facts.mtime < after) return false;
  // If the disk is away, so is the folder: then the draft stays.
  return (await disk.facts(dirname(record.path)))?.kind === "folder";
}
