import { dirname } from "node:path";
import { AgeError } from "../age/errors";
import { findRecipientsFile } from "../keys/recipientsFile";
import type { RecipientsOrigin } from "./prompts";
import {
  hasEntry,
  readRecipientsFile,
  ruleFor,
  type RecipientSources,
  type ResolvedRecipients,
} from "./recipients";
import type { RecipientsRule } from "./recipientRules";

/** A list of recipients, and the files of a batch that it speaks for. */
export interface ListedFiles {
  readonly origin: RecipientsOrigin;
  /** The list, or why it can't be used: no other one is taken instead. */
  readonly list: ResolvedRecipients | AgeError;
  readonly paths: readonly string[];
}

/** The lists that speak for the files of a batch. */
export interface Lists {
  readonly listed: readonly ListedFiles[];
  /** The files that nothing names recipients for. */
  readonly unlisted: readonly string[];
}

/**
 * Finds the list of each file: the nearest recipients file up to the workspace's root, else the
 * first rule of the settings, as for a document. Each list is read once.
 *
 * @param paths - where the encrypted files will be.
 */
export async function findLists(
  paths: readonly string[],
  sources: RecipientSources,
  signal?: AbortSignal,
): Promise<Lists> {
  const placeOf = placeFinder(sources);
  const groups = new Map<string, ListedFiles & { readonly paths: string[] }>();
  const unlisted: string[] = [];
  for (const path of paths) {
    signal?.throwIfAborted();
    const place = await placeOf(path);
    const rule = place === null ? await sources.rule(path, signal) : null;
    const origin = originOf(place, rule);
    if (origin === null) {
      unlisted.push(path);
      continue;
    }
    // Folders of a workspace may have rules for the same glob.
    const key = JSON.stringify([origin, rule?.recipients]);
    const group = groups.get(key);
    if (group !== undefined) group.paths.push(path);
    else {
      const list = place instanceof AgeError ? place : await read(origin, path, sources, signal);
      groups.set(key, { origin, list, paths: [path] });
    }
  }
  return { listed: [...groups.values()], unlisted };
}

function originOf(
  place: string | AgeError | null,
  rule: RecipientsRule | null,
): RecipientsOrigin | null {
  if (place === null) return rule === null ? null : { kind: "rules", place: rule.glob };
  const file = typeof place === "string" ? place : (place.facts.path ?? "");
  return { kind: "recipients-file", place: file };
}

/**
 * Finds a file's recipients file, looking into each folder once; a failure is that of the folder.
 */
function placeFinder({ disk, workspaceFolder }: RecipientSources) {
  const folders = new Map<string, Promise<string | AgeError | null>>();
  const entries = new Map<string, Promise<boolean>>();
  const exists = (candidate: string): Promise<boolean> => {
    const known = entries.get(candidate) ?? hasEntry(candidate, disk);
    entries.set(candidate, known);
    return known;
  };
  return (path: string): Promise<string | AgeError | null> => {
    const folder = dirname(path);
    const found =
      folders.get(folder) ??
      findRecipientsFile(folder, workspaceFolder(path), exists).catch(failureOf);
    folders.set(folder, found);
    return found;
  };
}

async function read(
  { kind, place }: RecipientsOrigin,
  path: string,
  sources: RecipientSources,
  signal?: AbortSignal,
): Promise<ResolvedRecipients | AgeError> {
  try {
    if (kind === "recipients-file") return await readRecipientsFile(place, sources.disk, signal);
    const list = await ruleFor(path, sources, signal);
    if (list !== null) return list;
    return new AgeError("no-recipients", "the rule was removed meanwhile");
  } catch (error) {
    signal?.throwIfAborted();
    return failureOf(error);
  }
}

function failureOf(error: unknown): AgeError {
  if (error instanceof AgeError) return error;
  throw error;
}
