import { join } from "node:path";
import type { Disk } from "../disk/disk";
import { failureOf } from "../disk/diskFailures";

/** The place where VS Code keeps the user's data, including its backups of unsaved text. */
export type UserDataPlace = "this machine" | "another machine" | "browser";

/**
 * The prospect that VS Code backs up the unsaved text of a decrypted document, in the clear:
 *
 * - `refused`: it can't, since the file system allows no folder with the name of the scheme;
 * - `possible`: this file system allows the name;
 * - `in the browser`: the browser keeps the backups, and allows any name;
 * - `elsewhere`: it depends on the disk of another machine, which can't be tried from here;
 * - `unknown`: the trial failed.
 */
export type BackupOutlook =
  | { readonly kind: "refused" | "possible" | "in the browser" | "elsewhere" }
  | { readonly kind: "unknown"; readonly reason: string };

/** The dependencies of the trial. */
export interface BackupTrial {
  readonly disk: Pick<Disk, "createFolder" | "takesFolderName">;
  /** A folder that belongs to Cage, in the place where VS Code keeps the user's data. */
  readonly storage: string;
  /** The name of the folder that VS Code would make. */
  readonly name: string;
  readonly place: UserDataPlace;
}

/** Tries whether VS Code could make the folder of its backups. */
export async function backupOutlook(trial: BackupTrial): Promise<BackupOutlook> {
  const { disk, storage, name, place } = trial;
  if (place === "browser") return { kind: "in the browser" };
  if (place === "another machine") return { kind: "elsewhere" };
  try {
    await disk.createFolder(storage);
    // A refusal of the long name proves something only if a short name is allowed.
    if (!(await disk.takesFolderName(join(storage, shortName)))) {
      return { kind: "unknown", reason: "no folder can be created in the storage folder" };
    }
    const isTaken = await disk.takesFolderName(join(storage, name));
    return { kind: isTaken ? "possible" : "refused" };
  } catch (error) {
    return { kind: "unknown", reason: failureOf(error).message };
  }
}

/** Tells whether documents open for editing at once. */
export function isSafeToEdit({ kind }: BackupOutlook): boolean {
  return kind === "refused" || kind === "elsewhere";
}

const shortName = "cage-name-trial";
