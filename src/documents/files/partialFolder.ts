import { basename, dirname } from "node:path";
import { AgeError } from "../../age/errors";
import type { Disk } from "../disk/disk";
import { nullWhenNotFound } from "../disk/diskFailures";

/** A partial output, and the folder in which it was begun. */
export interface PartialInFolder {
  readonly partial: string;
  /** The folder's mark. It is missing if the disk has none, and in records of earlier versions. */
  readonly folder?: string;
}

/**
 * Marks the folder of a path, to tell it from the empty folder below a mounted disk. The mark is
 * the folder's inode number alone, since device numbers change after a restart.
 *
 * @returns undefined if there is no folder, or if its disk makes up a number at each look.
 */
export async function folderMark(path: string, disk: Disk): Promise<string | undefined> {
  const look = async () => (await disk.facts(dirname(path)))?.id.split(" ").at(-1);
  const mark = await look();
  return mark === (await look()) ? mark : undefined;
}

/**
 * Looks for a partial output. It counts as gone only if its folder does not list it and is the same
 * folder before and after that: a disk that is away for a moment shows none of its files.
 *
 * @throws AgeError of a disk that fails.
 */
export async function findPartial(
  { partial, folder }: PartialInFolder,
  disk: Disk,
): Promise<"there" | "gone" | "away"> {
  if ((await disk.facts(partial)) !== null) return "there";
  const isItsFolder = async () =>
    folder === undefined
      ? (await disk.facts(dirname(partial))) !== null
      : (await folderMark(partial, disk)) === folder;
  if (!(await isItsFolder())) return "away";
  const names = await disk.list(dirname(partial));
  if (names.some(({ name }) => name === basename(partial))) return "away";
  return (await isItsFolder()) ? "gone" : "away";
}

/**
 * Removes a partial output, if it exists. Of a link, only the link goes.
 *
 * @throws AgeError "write-failed" while its disk is away, or one of the disk.
 */
export async function removePartial(place: PartialInFolder, disk: Disk): Promise<void> {
  const { partial } = place;
  try {
    await disk.remove(partial);
  } catch (error) {
    nullWhenNotFound(error);
    if ((await findPartial(place, disk)) === "gone") return;
    throw new AgeError("write-failed", "its disk is not connected", { path: partial });
  }
}
