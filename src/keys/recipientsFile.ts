import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";

import type { Recipient } from "../age/identity";
import { AgeError } from "../age/errors";
import { Turns } from "../age/turns";
import { atLine, keyFileProblem, splitLines, startsWithText } from "./keyFile";
import { parseRecipient } from "./recipient";
import { labelIn } from "./recipientLabel";

/** The longest line that may hold a recipient, in bytes; the same limit as age 1.3's. */
const maxRecipientLine = 8 * 1024;

/** The most recipients of a file. Each makes a stanza, and a header has no more stanzas. */
export const maxRecipients = 1024;

/** The names of a folder's recipients file: passage's and git-age's. The first one found counts. */
export const recipientsFileNames: readonly string[] = [".age-recipients", ".agerecipients"];

/** A recipient of a recipients file. */
export interface RecipientEntry {
  readonly recipient: Recipient;
  /** The recipient as the file has it. */
  readonly text: string;
  /**
   * The label in the comment above it, such as `# alice`; null if the comment may be anything else.
   * Nothing vouches for a label, so a view shows it together with the recipient.
   */
  readonly name: string | null;
  /** The line, counted from 1. */
  readonly line: number;
}

/**
 * Reads a recipients file: one recipient per line, `#` comments at column 0, empty lines, LF or
 * CRLF. It refuses the whole file for a single bad line, since leaving the line out would drop
 * somebody. It returns every recipient, even if the file lists it twice.
 *
 * @param path - names the file in errors
 * @param signal - ends the reading of a long file, which then throws the signal's reason.
 * @throws AgeError `invalid-recipient` or `unsupported-recipient` with path and line;
 * `invalid-recipient` with the path for too many recipients; `no-recipients` for a file without
 * recipients; `unreadable-recipients-file` for a file that is too large or not in UTF-8
 */
export async function parseRecipientsFile(
  content: Uint8Array,
  path: string,
  signal?: AbortSignal,
): Promise<readonly RecipientEntry[]> {
  const problem = keyFileProblem(content);
  if (problem !== null) {
    throw new AgeError("unreadable-recipients-file", `${basename(path)} ${problem} (${path})`, {
      path,
    });
  }

  const entries: RecipientEntry[] = [];
  let [before, above]: readonly LineKind[] = ["empty", "empty"];
  let comment = content;
  const turns = new Turns(1024);
  for (const { number: line, bytes } of splitLines(content)) {
    const pause = turns.step(signal);
    if (pause !== null) await pause;
    const kind = kindOf(bytes);
    if (kind === "comment") comment = bytes;
    if (kind === "recipient") {
      if (entries.length === maxRecipients) {
        const message = `${basename(path)} lists more than ${maxRecipients} recipients (${path})`;
        throw new AgeError("invalid-recipient", message, { path });
      }
      // A comment above several recipients is a heading. One of several comments is part of a text.
      const last = above === "recipient" ? entries.pop() : undefined;
      if (last !== undefined) entries.push({ ...last, name: null });
      const isLabelled = above === "comment" && before !== "comment";
      try {
        entries.push({ ...parseLine(bytes), name: isLabelled ? labelIn(comment) : null, line });
      } catch (error) {
        throw atLine(error, path, line);
      }
    }
    [before, above] = [above, kind];
  }
  if (entries.length === 0) {
    throw new AgeError("no-recipients", `${basename(path)} holds no recipient (${path})`, { path });
  }
  return entries;
}

/**
 * Finds the recipients file that rules a folder: the nearest one, from the folder up to the root of
 * its workspace. Outside of any workspace only the folder's own file counts. Somebody else may own
 * the folders further up, and nobody should become a recipient by leaving a file in `/tmp` or
 * `/home`.
 *
 * @param folder - absolute path of the folder, as the operating system writes it
 * @param root - absolute path of the workspace folder that contains it, or `null`
 * @param exists - tells whether there is a file at a path. Its errors are passed on: if a file
 * cannot be looked at, the one further up must not count instead.
 */
export async function findRecipientsFile(
  folder: string,
  root: string | null,
  exists: (path: string) => Promise<boolean>,
): Promise<string | null> {
  for (const candidate of folderAndParents(folder, root)) {
    for (const fileName of recipientsFileNames) {
      const path = join(candidate, fileName);
      if (await exists(path)) return path;
    }
  }
  return null;
}

function folderAndParents(folder: string, root: string | null): readonly string[] {
  const levels = levelsBelow(folder, root);
  const folders = [folder];
  for (let parent = folder, i = 0; i < levels; i++) {
    parent = dirname(parent);
    folders.push(parent);
  }
  return folders;
}

/** Counts the folders from one up to the root of its workspace; 0 outside of it. */
export function levelsBelow(folder: string, root: string | null): number {
  const below = root === null ? "" : relative(root, folder);
  const isOutside = below === ".." || below.startsWith(`..${sep}`) || isAbsolute(below);
  return isOutside || below === "" ? 0 : below.split(sep).length;
}

function parseLine(bytes: Uint8Array): { recipient: Recipient; text: string } {
  if (bytes.length > maxRecipientLine) {
    throw new AgeError("invalid-recipient", "the line is longer than 8 KiB");
  }
  const text = new TextDecoder().decode(bytes);
  return { recipient: parseRecipient(text), text };
}

type LineKind = "empty" | "comment" | "recipient";

function kindOf(line: Uint8Array): LineKind {
  if (line.length === 0) return "empty";
  return startsWithText(line, "#") ? "comment" : "recipient";
}
