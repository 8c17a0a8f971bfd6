import { basename, dirname } from "node:path";
import { AgeError } from "../../age/errors";
import { showConflictCopy, writeConflictCopy } from "./conflictCopy";
import type { DescribedFile, Disk, HeldFile, NameWatch } from "./disk";
import { hiddenPath } from "./hiddenNames";
import { clearLeftovers, removeOwnNames } from "./leftovers";
import { ignoreFailure, nullWhenRefused } from "./diskFailures";
import { isSameContent, withGroupLikeOthers, type FileFacts } from "./fileFacts";
import type { Placement } from "./placement";
import { replaced, type ReplacedVersion } from "./replacedVersion";
import type { WritePrompts } from "./writePrompts";
import { writeInPlace } from "./writeInPlace";

/** The way in which a new version takes the name of an old one. */
type Way = "rename" | "in place";

/**
 * Gives a file, which only its owner could read so far, its rights and its name. Cage replaces
 * files in no other way:
 * - A claim on the name lets one Cage in at a time.
 * - It replaces only the version that `placement.replaces` describes. The old version keeps a
 * hidden second name until a check after the rename. If another program put a version of its own
 * there in between, that one stays as a copy.
 * - After the rename it moves, removes or overwrites nothing at the name.
 * - It keeps the replaced version first, if the user wants that.
 *
 * @param file - open since it was written, so that it can't be confused with another file.
 * @param from - its present name.
 * @param target - the real path that it gets.
 * @returns the facts of the new version; null if the disk reports none.
 * @throws AgeError of the disk, "changed-on-disk" if something else has taken either name, "busy"
 * if another Cage takes too long, "dismissed", or the error of `confirmUnchanged`. The target is
 * untouched then.
 */
export async function place(
  disk: Disk,
  file: HeldFile,
  from: string,
  target: string,
  placement: Placement,
  signal?: AbortSignal,
): Promise<FileFacts | null> {
  let agreed: Way | null = null;
  for (;;) {
    const release = await disk.claim(target, signal);
    let question: Awaited<ReturnType<typeof placeClaimed>>;
    try {
      question = await placeClaimed(disk, file, from, target, placement, agreed);
    } finally {
      await release();
    }
    if (typeof question !== "function") return question;
    // The claim is released first, so nobody waits while the user thinks.
    const answer = await question();
    if (answer === "cancel") throw notAgreed(target);
    agreed = answer;
  }
}

/** Places the file under the claim. @returns the facts of the new version, or a question to ask. */
async function placeClaimed(
  disk: Disk,
  file: HeldFile,
  from: string,
  target: string,
  placement: Placement,
  agreed: Way | null,
): Promise<FileFacts | null | (() => Promise<Way | "cancel">)> {
  const { prompts, replaces } = placement;
  if (replaces === null) {
    await takeFreeName(disk, file, from, target, placement);
    return file.look().catch(nullWhenRefused);
  }
  const others = agreed === null ? await countOtherNames(disk, target, placement.source) : 0;
  if (others > 0) return () => prompts.manyNames(target, others);
  try {
    if (agreed === "in place") await writeInPlace(disk, from, target, placement, replaces);
    else await takeName(disk, file, from, target, placement, replaces);
  } catch (error) {
    const isMounted = error instanceof AgeError && error.code === "cannot-replace";
    if (!isMounted || agreed === "in place") throw error;
    return () => prompts.mountedAlone(target);
  }
  await clearLeftovers(disk, target).catch(ignoreFailure);
  placement.keeper?.pruneSoon();
  const facts = agreed === "in place" ? disk.facts(target) : file.look();
  return facts.catch(nullWhenRefused);
}

/** Counts a file's other names (hard links), which would keep the old version. */
async function countOtherNames(
  disk: Disk,
  target: string,
  source: string | undefined,
): Promise<number> {
  const facts = await disk.facts(target);
  if (facts === null || facts.links < 2 || facts.id === source) return 0;
  // Names that a killed write of Cage left don't count.
  return facts.links - 1 - (await removeOwnNames(disk, target, facts.id));
}

async function takeFreeName(
  disk: Disk,
  file: HeldFile,
  from: string,
  target: string,
  { rightsOf, atMost, confirmUnchanged }: Placement,
): Promise<void> {
  // A folder's default access list counts as far as the group's bits grant.
  if (rightsOf === null) await file.setMode(withGroupLikeOthers(atMost));
  else await file.copyRights(rightsOf, "new", atMost);
  await confirmUnchanged();
  if (!(await file.isAt(from))) throw replaced(from);
  await disk.renameToFree(from, target);
  await finish(disk, file, target);
}

async function takeName(
  disk: Disk,
  file: HeldFile,
  from: string,
  target: string,
  { atMost, confirmUnchanged, keeper, prompts }: Placement,
  replaces: ReplacedVersion,
): Promise<void> {
  const second = hiddenPath(target, replaces.mark, "cage-replaced");
  await confirmUnchanged();
  const watch = disk.watchNames(dirname(target));
  let old: DescribedFile | null = null;
  try {
    const isLinked = await linkSecond(disk, target, second, replaces).catch(
      changedWhenGone(target),
    );
    try {
      old = await disk.openForReading(isLinked ? second : target);
      if (!(await replaces.isIn(old))) throw replaced(target);
      await keeper?.keep(target, old, replaces);
      await file.copyRights(isLinked ? second : target, "same", atMost);
      if (!(await file.isAt(from))) throw replaced(from);
      // Copying the rights takes a while: it may run a program.
      if (!(await old.isAt(target))) throw replaced(target);
      await disk.rename(from, target);
    } catch (error) {
      if (isLinked) await disk.remove(second).catch(ignoreFailure);
      return changedWhenGone(target)(error);
    }
    // The new version is in its place, whole. From here on no failure of the disk undoes that.
    await keepWhatCameBetween(disk, old, isLinked ? second : null, target, replaces, prompts).catch(
      ignoreFailure,
    );
    if (watch !== null && (await sawAnother(watch, isLinked ? second : null, from, target))) {
      prompts.tellWritten({ kind: "overwritten", path: target });
    }
    await finish(disk, file, target);
  } finally {
    watch?.close();
    await old?.close().catch(ignoreFailure);
  }
}

/** Gives the old version its second name. @returns false if the disk has no second names. */
async function linkSecond(
  disk: Disk,
  target: string,
  second: string,
  replaces: ReplacedVersion,
): Promise<boolean> {
  try {
    return await disk.link(target, second);
  } catch (error) {
    if (!(error instanceof AgeError && error.code === "already-exists")) throw error;
  }
  // A killed write left it.
  const left = await disk.openForReading(second);
  try {
    if (await replaces.isIn(left)) await disk.remove(second);
    else await showConflictCopy(disk, second, target);
  } finally {
    await left.close();
  }
  return disk.link(target, second);
}

/** Removes the replaced version, or shows it if it is not the one that was agreed on. */
async function keepWhatCameBetween(
  disk: Disk,
  old: DescribedFile,
  second: string | null,
  target: string,
  replaces: ReplacedVersion,
  prompts: WritePrompts,
): Promise<void> {
  if (await replaces.isIn(old)) {
    if (second !== null) await disk.remove(second);
    return;
  }
  const copy =
    second === null
      ? await writeConflictCopy(disk, old, target)
      : await showConflictCopy(disk, second, target);
  prompts.tellWritten({ kind: "conflict copy", path: target, copy });
}

/**
 * Tells whether another program gave the name to a version of its own between the second name and
 * the rename. Such a version is lost. The system reports a rename as the old name, then the new
 * one.
 */
async function sawAnother(
  watch: NameWatch,
  second: string | null,
  from: string,
  target: string,
): Promise<boolean> {
  const [candidate, name] = [basename(from), basename(target)];
  const renamed = (names: readonly string[]): number =>
    names.findIndex((one, index) => one === candidate && names[index + 1] === name);
  if (!(await watch.until((names) => renamed(names) >= 0))) return false;
  const before = watch.names.slice(0, renamed(watch.names));
  return before.slice(second === null ? 0 : before.indexOf(basename(second))).includes(name);
}

/**
 * Confirms that the new version is there. If another program has already replaced it by a version
 * of its own, the write has failed. The other version stays, and the caller still has the content.
 */
async function finish(disk: Disk, file: HeldFile, target: string): Promise<void> {
  await disk.flushFolder(dirname(target)).catch(ignoreFailure);
  const isThere = await isStillAt(disk, file, target).catch(nullWhenRefused);
  if (isThere === false) throw replaced(target);
}

async function isStillAt(disk: Disk, file: HeldFile, target: string): Promise<boolean> {
  if (await file.isAt(target)) return true;
  // A rename may change ids. No other file has the same size and modification time in nanoseconds.
  const [there, own] = [await disk.facts(target), await file.look()];
  return there !== null && isSameContent(there.version, own.version);
}

function notAgreed(path: string): AgeError {
  return new AgeError("dismissed", "not written: you did not agree", { path });
}

/** Turns the error for a file that another program removed into the one for a changed file. */
function changedWhenGone(target: string): (error: unknown) => never {
  return (error) => {
    const isGone = error instanceof AgeError && error.code === "not-found";
    throw isGone ? replaced(target) : error;
  };
}
