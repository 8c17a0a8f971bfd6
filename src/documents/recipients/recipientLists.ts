import { dirname } from "node:path";
import { AgeError } from "../../age/errors";
import { Turns } from "../../age/turns";
import { findRecipientsFile, levelsBelow } from "../../keys/recipientsFile";
import { failureOf } from "../disk/diskFailures";
import type { RecipientsOrigin } from "../questions/prompts";
import {
  hasEntry,
  readRecipientsFile,
  ruleFor,
  type RecipientSources,
  type ResolvedRecipients,
} from "./recipients";
import type { RecipientsRule } from "./recipientRules";

/** A list of recipients, and the files of a batch that it applies to. */
export interface ListedFiles {
  readonly origin: RecipientsOrigin;
  /** The list, or the reason why it can't be used. Cage takes no other list instead. */
  readonly list: ResolvedRecipients | AgeError;
  readonly paths: readonly string[];
}

/** The lists that apply to the files of a batch. */
export interface Lists {
  readonly listed: readonly ListedFiles[];
  /** The files to which no list applies. */
  readonly unlisted: readonly string[];
}

/**
 * Finds the list of each file: the nearest recipients file up to the workspace's root, or else the
 * first rule of the settings, as for a document. It reads each list once.
 *
 * @param paths - the future paths of the encrypted files.
 */
export async function findLists(
  paths: readonly string[],
  sources: RecipientSources,
  signal?: AbortSignal,
): Promise<Lists> {
  const placeOf = placeFinder(sources);
  const groups = new Map<string, ListedFiles & { readonly paths: string[] }>();
  const unlisted: string[] = [];
  const turns = new Turns(64);
  for (const path of paths) {
    const pause = turns.step(signal);
    if (pause !== null) await pause;
    signal?.throwIfAborted();
    const place = await placeOf(path, signal);
    const rule = place === null ? await sources.rule(path, signal) : null;
    const origin = originOf(place, rule);
    if (origin === null) {
      unlisted.push(path);
      continue;
    }
    // Two folders of a workspace may have different rules with the same glob.
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
 * Makes a function that finds the recipients file for a path. It looks into each folder once. If a
 * look fails, the failure counts for that folder.
 */
function placeFinder({ disk, workspaceFolder }: RecipientSources) {
  const own = new Map<string, string | AgeError | null>();
  const ruling = new Map<string, string | AgeError | null>();
  const exists = (candidate: string): Promise<boolean> => hasEntry(candidate, disk);
  return async (path: string, signal?: AbortSignal): Promise<string | AgeError | null> => {
    const root = workspaceFolder(path);
    const keyOf = (folder: string): string => JSON.stringify([root, folder]);
    const climbed: string[] = [];
    let found: string | AgeError | null;
    const first = dirname(path);
    const turns = new Turns(64);
    // A folder without its own file, and all folders in between, take that of the next one above.
    for (let at = first, left = levelsBelow(first, root); ; at = dirname(at), left--) {
      const pause = turns.step(signal);
      if (pause !== null) await pause;
      const known = ruling.get(keyOf(at));
      if (known !== undefined) {
        found = known;
        break;
      }
      climbed.push(at);
      found = own.get(at) ?? (await findRecipientsFile(at, null, exists).catch(failureOf));
      own.set(at, found);
      if (found !== null || left === 0) break;
    }
    for (const folder of climbed) ruling.set(keyOf(folder), found);
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
