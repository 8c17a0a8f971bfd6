import type { NamedRecipient } from "../memory/memory";

/** The facts known about a file's present recipients, and the recipients of the next version. */
export interface RecipientComparison {
  /** The types of the stanzas in the file's header, grease left out. */
  readonly stanzaTypes: readonly string[];
  /** The recipients of the file as it stands, where Cage knows them for certain; else null. */
  readonly known: readonly NamedRecipient[] | null;
  /** The best guess at them, for names only: a list that had the right length at the opening. */
  readonly believed: readonly NamedRecipient[] | null;
  /** The recipients of the user's own identities that open the file, each a stanza of its own. */
  readonly openers: readonly string[];
  /** The recipients of every identity at hand. */
  readonly own: readonly string[];
  readonly next: readonly NamedRecipient[];
  /** The stanza types that the next recipients make, in the same order. */
  readonly nextTypes: readonly string[];
}

/** The changes of access that encrypting the file to the next recipients would bring. */
export interface RecipientChange {
  /** Recipients known to lose access. */
  readonly dropped: readonly NamedRecipient[];
  /** Recipients known to gain access. */
  readonly added: readonly NamedRecipient[];
  /** The number of others who would lose access, by the stanzas' number; Cage can't name them. */
  readonly unnamedDropped: number;
  /** The number of further new recipients; Cage can't tell which of the next ones they are. */
  readonly unnamedAdded: number;
  /** True if none of the user's own identities could read the next version. */
  readonly locksOut: boolean;
  /** False where the file's present recipients are not known, only their kinds and number. */
  readonly certain: boolean;
}

/**
 * Compares the present recipients of a file with the next ones. age headers do not name X25519
 * recipients, so without a memory only kinds and numbers can be compared.
 *
 * @returns null when it is certain that nothing changes for anybody.
 */
export function compareRecipients(comparison: RecipientComparison): RecipientChange | null {
  const { stanzaTypes, believed, openers, own, next } = comparison;
  const locksOut = !own.some((text) => contains(next, text));
  const present = certainRecipients(comparison);
  if (present !== null) {
    const dropped = missingFrom(next, present);
    const added = missingFrom(present, next);
    if (dropped.length === 0 && added.length === 0) return null;
    return { dropped, added, unnamedDropped: 0, unnamedAdded: 0, locksOut, certain: true };
  }
  const guess = believed ?? named(openers);
  const dropped = missingFrom(next, guess);
  const added = believed === null ? [] : missingFrom(believed, next);
  return {
    dropped,
    added,
    unnamedDropped: Math.max(0, surplus(stanzaTypes, comparison.nextTypes) - dropped.length),
    unnamedAdded: Math.max(0, surplus(comparison.nextTypes, stanzaTypes) - added.length),
    locksOut,
    certain: false,
  };
}

/** The recipients that a file has, by the best list there is; null without one. */
export function presentRecipients(
  comparison: RecipientComparison,
): readonly NamedRecipient[] | null {
  return certainRecipients(comparison) ?? comparison.believed;
}

/** The recipients that a file has for certain: Cage wrote it, or one's own open each stanza. */
function certainRecipients({
  stanzaTypes,
  known,
  openers,
}: RecipientComparison): readonly NamedRecipient[] | null {
  if (known !== null) return known;
  return openers.length > 0 && openers.length === stanzaTypes.length ? named(openers) : null;
}

function named(recipients: readonly string[]): readonly NamedRecipient[] {
  return recipients.map((text) => ({ text }));
}

/**
 * Tells whether a change drops or adds anybody, as far as names, kinds and numbers show, or locks
 * the user out.
 */
export function showsDifference(change: RecipientChange): boolean {
  const { dropped, added, unnamedDropped, unnamedAdded, locksOut } = change;
  return dropped.length + added.length + unnamedDropped + unnamedAdded > 0 || locksOut;
}

function missingFrom(
  list: readonly NamedRecipient[],
  wanted: readonly NamedRecipient[],
): readonly NamedRecipient[] {
  return wanted.filter(({ text }) => !contains(list, text));
}

function contains(list: readonly NamedRecipient[], text: string): boolean {
  return list.some((recipient) => recipient.text === text);
}

/** Counts the first types that are left over when each takes one of its kind from the second. */
function surplus(types: readonly string[], others: readonly string[]): number {
  const rest = [...others];
  return types.filter((type) => {
    const index = rest.indexOf(type);
    if (index >= 0) rest.splice(index, 1);
    return index < 0;
  }).length;
}
