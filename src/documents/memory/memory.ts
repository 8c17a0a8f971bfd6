import { utf8 } from "../../age/bytes";
import { sha256Hex } from "../../age/primitives";
import { movedPath } from "../disk/movedPath";

/**
 * The store for facts that Cage remembers between windows, by key. Only public facts go here
 * (hashes of ciphertext, recipients), never a secret.
 */
export interface Memory {
  get(key: string): unknown;
  set(key: string, value: unknown): Promise<void>;
}

/** A recipient together with the name that people know it by. */
export interface NamedRecipient {
  /** The recipient's encoding ("age1…"). */
  readonly text: string;
  /** Its label in a recipients file, for which nothing vouches. */
  readonly name?: string;
  /** The file of the user's own identity that this recipient belongs to, if that is at hand. */
  readonly identityFile?: string;
}

/** The facts that Cage remembers of one file. */
export interface Remembered {
  /** The SHA-256 of the ciphertext that was last read or written, in hex. */
  readonly ciphertext: string;
  /**
   * The last version that Cage wrote, and its recipients. Others may have written later versions.
   */
  readonly written?: {
    readonly ciphertext: string;
    readonly recipients: readonly NamedRecipient[];
  };
}

/**
 * The number of files that are remembered, and of approvals. The least recently used ones are
 * forgotten first.
 */
const limit = 500;
const filesKey = "cage.files";
const approvedKey = "cage.approvedRecipients";

/** Makes the facts to remember about a version just written. Null stands for a passphrase. */
export function factsOfWritten(
  ciphertext: string,
  recipients: readonly NamedRecipient[] | null,
): Remembered {
  if (recipients === null) return { ciphertext };
  // The file of an identity is left out: it may lie elsewhere the next time.
  const named = recipients.map(({ text, name }) =>
    name === undefined ? { text } : { text, name },
  );
  return { ciphertext, written: { ciphertext, recipients: named } };
}

/** Returns the facts that Cage remembers about a file; null if there are none. */
export function rememberedFile(memory: Memory, path: string): Remembered | null {
  return (find(memory, filesKey, path) as Remembered | undefined) ?? null;
}

/**
 * Returns the recipients that Cage wrote a version for, by the digest of its ciphertext; null if
 * Cage did not write it.
 */
export function writtenFor(
  memory: Memory,
  path: string,
  ciphertext: string,
): readonly NamedRecipient[] | null {
  const written = rememberedFile(memory, path)?.written;
  return written?.ciphertext === ciphertext ? written.recipients : null;
}

/** Remembers the facts about a file, or forgets it if they are null. */
export async function rememberFile(
  memory: Memory,
  path: string,
  facts: Remembered | null,
): Promise<void> {
  await put(memory, filesKey, path, facts);
}

/** Tells whether the user approved exactly this list from exactly this place for this file. */
export function isApproved(
  memory: Memory,
  path: string,
  place: string,
  recipients: readonly NamedRecipient[],
): boolean {
  return find(memory, approvedKey, path) === approvalOf(place, recipients);
}

/**
 * Records that the user approved this list from this place for this file. Another file of the same
 * place needs its own approval: its readers may be others.
 */
export async function approve(
  memory: Memory,
  path: string,
  place: string,
  recipients: readonly NamedRecipient[],
): Promise<void> {
  await put(memory, approvedKey, path, approvalOf(place, recipients));
}

/**
 * Moves the facts about a file, or about the files in a folder, to the new path. For the paths in
 * `staying` the old path keeps them, too.
 */
export async function moveRemembered(
  memory: Memory,
  from: string,
  to: string,
  staying: readonly string[],
): Promise<void> {
  for (const key of [filesKey, approvedKey]) {
    const known = entries(memory, key);
    const moved = known.flatMap(([path, value]) => {
      const name = movedPath(path, from, to);
      return name === null ? [] : [[name, value] as const];
    });
    if (moved.length === 0) continue;
    const replaced = new Set(moved.map(([name]) => name));
    const others = known.filter(
      ([path]) =>
        staying.includes(path) || (movedPath(path, from, to) === null && !replaced.has(path)),
    );
    await memory.set(key, [...others, ...moved].slice(-limit));
  }
}

/** Makes a digest of an approval, which stays small even for a long list. */
function approvalOf(place: string, recipients: readonly NamedRecipient[]): string {
  const list = recipients.map(({ text }) => text).sort();
  return sha256Hex(utf8(JSON.stringify([place, ...list])));
}

/** Finds the value that is remembered under a name; undefined if there is none. */
export function find(memory: Memory, key: string, name: string): unknown {
  return entries(memory, key).find(([known]) => known === name)?.[1];
}

function entries(memory: Memory, key: string): readonly (readonly [string, unknown])[] {
  const stored = memory.get(key);
  return Array.isArray(stored) ? (stored as readonly (readonly [string, unknown])[]) : [];
}

/** Remembers a value under a name, or forgets the name if it is null. */
export async function put(
  memory: Memory,
  key: string,
  name: string,
  value: unknown,
): Promise<void> {
  const others = entries(memory, key).filter(([known]) => known !== name);
  const remembered = value === null ? others : [...others.slice(1 - limit), [name, value] as const];
  await memory.set(key, remembered);
}
