import { basename, dirname } from "node:path";
import type { Recipient } from "../../age/identity";
import { AgeError } from "../../age/errors";
import { maxKeyFileSize } from "../../keys/keyFile";
import { parseRecipient } from "../../keys/recipient";
import { findRecipientsFile, maxRecipients, parseRecipientsFile } from "../../keys/recipientsFile";
import type { Disk } from "../disk/disk";
import { failureOf } from "../disk/diskFailures";
import { rememberedFile, type Memory, type NamedRecipient } from "../memory/memory";
import type { RecipientsOrigin } from "../questions/prompts";
import type { RecipientsRule } from "./recipientRules";
import type { UnlockingKey } from "../unlocking/unlocked";

/** The recipients to encrypt a file to, and the origin of their list. */
export interface ResolvedRecipients {
  readonly origin: RecipientsOrigin;
  readonly named: readonly NamedRecipient[];
  readonly recipients: readonly Recipient[];
}

/** The places where Cage looks for the recipients of a document. */
export interface RecipientSources {
  readonly disk: Disk;
  readonly memory: Memory;
  /** Returns the workspace folder that contains the file, or null. */
  readonly workspaceFolder: (path: string) => string | null;
  /** Finds the first rule of `cage.recipients` that applies to the file, or null. */
  readonly rule: (
    path: string,
    signal?: AbortSignal,
  ) => Promise<RecipientsRule | null> | RecipientsRule | null;
}

/**
 * Finds the recipients of a file that is not passphrase-encrypted, from the first of these:
 * - the nearest recipients file up to the workspace's root,
 * - the rules of the settings,
 * - the list remembered for this file,
 * - the identity that opened it; a save keeps the user's other identities beside it.
 *
 * There is never a built-in recipient.
 *
 * @returns null if none of these names recipients.
 * @throws AgeError for a recipients file or rule that can't be used, naming file and line: to skip
 * a line would drop somebody.
 */
export async function resolveRecipients(
  path: string,
  opener: UnlockingKey | null,
  sources: RecipientSources,
  signal?: AbortSignal,
): Promise<ResolvedRecipients | null> {
  const file = await nearestRecipientsFile(path, sources, signal);
  if (file !== null) return file;
  const ruled = await ruleFor(path, sources, signal);
  if (ruled !== null) return ruled;
  const remembered = rememberedFile(sources.memory, path)?.written?.recipients;
  if (remembered !== undefined) return parsed({ kind: "remembered", place: path }, remembered);
  if (opener?.kind !== "identity") return null;
  return parsed({ kind: "identity", place: path }, [{ text: opener.recipient }]);
}

/** Reads the recipients file that applies to a path; null if there is none. */
export async function nearestRecipientsFile(
  path: string,
  { disk, workspaceFolder }: RecipientSources,
  signal?: AbortSignal,
): Promise<ResolvedRecipients | null> {
  const place = await findRecipientsFile(dirname(path), workspaceFolder(path), (candidate) => {
    signal?.throwIfAborted();
    return hasEntry(candidate, disk);
  });
  return place === null ? null : readRecipientsFile(place, disk, signal);
}

/**
 * Tells whether a name exists. A link that leads nowhere counts: it is a list that can't be read,
 * not a reason to use another one.
 */
export async function hasEntry(path: string, disk: Disk): Promise<boolean> {
  return (await disk.entry(path)) !== null;
}

/** Returns the recipients that the settings name for a file; null if no rule applies. */
export async function ruleFor(
  path: string,
  { rule }: RecipientSources,
  signal?: AbortSignal,
): Promise<ResolvedRecipients | null> {
  const found = await rule(path, signal);
  return found === null ? null : fromRule(found);
}

/** Reads a recipients file. @throws AgeError naming the file and, for a bad line, the line. */
export async function readRecipientsFile(
  place: string,
  disk: Disk,
  signal?: AbortSignal,
): Promise<ResolvedRecipients> {
  const entries = await parseRecipientsFile(await readWhole(place, disk), place, signal);
  return parsed(
    { kind: "recipients-file", place },
    entries.map(({ text, name }) => (name === null ? { text } : { text, name })),
  );
}

async function readWhole(place: string, disk: Disk): Promise<Uint8Array> {
  try {
    const facts = await disk.facts(place);
    if (facts === null && (await hasEntry(place, disk))) {
      throw new AgeError("not-found", "its symbolic link leads nowhere");
    }
    // Reading a named pipe might never end.
    if (facts?.kind !== "file") throw new AgeError("not-found", "it is not a file");
    if (facts.size > maxKeyFileSize) throw new AgeError("too-large", "it is larger than 16 MiB");
    return await disk.read(place);
  } catch (error) {
    const { message } = failureOf(error);
    throw new AgeError(
      "unreadable-recipients-file",
      `the recipients file ${basename(place)} cannot be read: ${message} (${place})`,
      { path: place },
    );
  }
}

function fromRule({ glob, recipients, problem }: RecipientsRule): ResolvedRecipients {
  if (problem !== undefined) {
    const start = glob.length > 100 ? `${glob.slice(0, 100)}…` : glob;
    throw new AgeError("invalid-glob", `the glob "${start}" of cage.recipients ${problem}`);
  }
  if (recipients.length === 0) {
    throw new AgeError("no-recipients", `the rule "${glob}" of cage.recipients is empty`);
  }
  if (recipients.length > maxRecipients) {
    const message = `the rule "${glob}" of cage.recipients lists more than ${maxRecipients} recipients`;
    throw new AgeError("invalid-recipient", message);
  }
  return parsed(
    { kind: "rules", place: glob },
    recipients.map((text) => ({ text })),
  );
}

/** Parses the recipients of a list. @throws AgeError for one that can't be encrypted to. */
export function parsed(
  origin: RecipientsOrigin,
  listed: readonly NamedRecipient[],
): ResolvedRecipients {
  const named = withoutRepetitions(listed);
  return { origin, named, recipients: named.map(({ text }) => parseRecipient(text)) };
}

/** Removes repetitions: a recipient listed twice would get two stanzas and look like two people. */
function withoutRepetitions(listed: readonly NamedRecipient[]): readonly NamedRecipient[] {
  const seen = new Set<string>();
  return listed.filter(({ text }) => !seen.has(text) && seen.add(text));
}
