import { join } from "node:path";
import { AgeError } from "../age/errors";
import { recipientsFileNames } from "../keys/recipientsFile";
import type { Disk } from "./disk";
import { isCandidateName, isPartialName } from "./hiddenNames";
import { isEncryptedName } from "./names";

/** Why a file is left out of a batch. */
export type SkipReason =
  | "its name is that of an encrypted file"
  | "its name has no suffix of an encrypted file"
  | "it is an unfinished file of Cage"
  | "it belongs to Git"
  | "it names the recipients"
  | "it holds an identity"
  | "it is a link, a pipe, a socket or a device"
  | "it does not exist"
  | "it cannot be read"
  | "another file of this batch has the same target"
  | "its target exists already";

/** A file or folder that is left out, and why. */
export interface Skipped {
  readonly path: string;
  readonly reason: SkipReason;
}

/** A file found for a batch. */
export interface Found {
  readonly path: string;
  readonly size: number;
}

/** What a batch does with its files. */
export type BatchOperation = "encrypt" | "decrypt";

/**
 * Finds the files in a folder, and in those below it, that a batch is about, by name. Links are not
 * followed: what they lead to may lie anywhere, or above.
 */
export async function* walkFolder(
  folder: string,
  operation: BatchOperation,
  disk: Disk,
  signal?: AbortSignal,
): AsyncGenerator<Found | Skipped> {
  signal?.throwIfAborted();
  const entries = await disk.list(folder).catch(nullWhenRefused);
  if (entries === null) {
    yield { path: folder, reason: "it cannot be read" };
    return;
  }
  const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, kind } of sorted) {
    const path = join(folder, name);
    const reason = reasonToSkip(name, kind, operation);
    if (reason !== null) yield { path, reason };
    else if (kind === "folder") yield* walkFolder(path, operation, disk, signal);
    else yield await fileAt(path, disk);
  }
}

/** A file as a batch sees it; anything but a file is skipped. */
export async function fileAt(path: string, disk: Disk): Promise<Found | Skipped> {
  const facts = await disk.facts(path).catch(nullWhenRefused);
  if (facts === null) return { path, reason: "it does not exist" };
  if (facts.kind === "file") return { path, size: facts.size };
  return { path, reason: "it is a link, a pipe, a socket or a device" };
}

function reasonToSkip(
  name: string,
  kind: "file" | "folder" | "other",
  operation: BatchOperation,
): SkipReason | null {
  if (name === ".git") return "it belongs to Git";
  if (kind === "folder") return null;
  if (kind === "other") return "it is a link, a pipe, a socket or a device";
  if (isCandidateName(name) || isPartialName(name)) return "it is an unfinished file of Cage";
  if (operation === "decrypt") {
    return isEncryptedName(name) ? null : "its name has no suffix of an encrypted file";
  }
  if (isEncryptedName(name)) return "its name is that of an encrypted file";
  return recipientsFileNames.includes(name) ? "it names the recipients" : null;
}

/** For what cannot be looked at. Only a failure of the disk is one; a fault of ours is thrown on. */
export function nullWhenRefused(error: unknown): null {
  if (error instanceof AgeError) return null;
  throw error;
}
