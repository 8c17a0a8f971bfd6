import { utf8 } from "../../age/bytes";
import { digest } from "../disk/digest";
import { movedPath } from "../disk/movedPath";

/**
 * A store for what Cage remembers between windows, by key. Only public facts go here (hashes of
 * ciphertext, recipients), never a secret.
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
  /** The file of the identity at hand that it belongs to: it is the user's own. */
  readonly identityFile?: string;
}

/** The facts that Cage remembers of one file. */
export interface Remembered {
  /** The SHA-256 of the ciphertext that was last read or written, in hex. */
  readonly ciphertext: string;
  /**
   * The last version that Cage wrote, and whom it encrypted that to; others may write later ones.
   */
  readonly written?: {
    readonly ciphertext: string;
    readonly recipients: readonly NamedRecipient[];
  };
}

/**
 * Only so many files are remembered, and approvals for as many; the ones used longest ago are
 * forgotten first.
 */
const limit = 500;
const filesKey = "cage.files";
const approvedKey = "cage.approvedRecipients";

/** Makes the facts to remember of a version just written; null stands for a passphrase. */
export function factsOfWritten(
  ciphertext: string,
  recipients: readonly NamedRecipient[] | null,
): Remembered {
  if (recipients === null) return { ciphertext };
  // An identity may lie elsewhere the next time.
  const named = recipients.map(({ text, name }) =>
    name === undefined ? { text } : { text, name },
  );
  return { ciphertext, written: { ciphertext, recipients: named } };
}

/** Finds the facts that Cage remembers of a file; null if it has none. */
export function rememberedFile(memory: Memory, path: string): Remembered | null {
  return (find(memory, filesKey, path) as Remembered | undefined) ?? null;
}

/** Remembers a file, or forgets it when there is nothing to remember. */
export async function rememberFile(
  memory: Memory,
  path: string,
  facts: Remembered | null,
): Promise<void> {
  await put(memory, filesKey, path, facts);
}

/** Tells whether the user agreed, for this file, to exactly this list from exactly this place. */
export function isApproved(
  memory: Memory,
  path: string,
  place: string,
  recipients: readonly NamedRecipient[],
): boolean {
  return find(memory, approvedKey, path) === approvalOf(place, recipients);
}

/**
 * Records that the user agreed to this list from this place for this file. For another file of the
 * same place it says nothing: its readers may be others.
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
 * Takes what is remembered of a file, or of those in a folder, along; for some it stays as well.
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

/** A digest, so that what is remembered of a long list stays small. */
function approvalOf(place: string, recipients: readonly NamedRecipient[]): string {
  const list = recipients.map(({ text }) => text).sort();
  return digest(utf8(JSON.stringify([place, ...list])));
}

/** Finds the value that is remembered under a name. */
export function find(memory: Memory, key: string, name: string): unknown {
  return entries(memory, key).find(([known]) => known === name)?.[1];
}

function entries(memory: Memory, key: string): readonly (readonly [string, unknown])[] {
  const stored = memory.get(key);
  return Array.isArray(stored) ? (stored as readonly (readonly [string, unknown])[]) : [];
}

/** Remembers something under a name, or forgets it (null). */
export async function put(
  memory: Memory,
  key: string,
  name: string,
  value: unknown,
): Promise<void> {
  const others = entries(memory, key).filter(([known]) => known !== name);
  const kept = value === null ? others : [...others.slice(1 - limit), [name, value] as const];
  await memory.set(key, kept);
}
