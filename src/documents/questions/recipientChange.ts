import type { NamedRecipient } from "../memory/memory";

/** The facts known about a file's present recipients. */
export interface PresentReaders {
  /** The types of the stanzas in the file's header, without grease. */
  readonly stanzaTypes: readonly string[];
  /** The present recipients of the file, if Cage knows them for certain; else null. */
  readonly known: readonly NamedRecipient[] | null;
  /** The recipients of the user's own identities that open the file, each by its own stanza. */
  readonly openers: readonly string[];
}

/** The facts known about a file's present recipients, and the recipients of the next version. */
export interface RecipientComparison extends PresentReaders {
  /**
   * The best guess at the present recipients, for names only: the list that had the right length
   * when the file opened.
   */
  readonly believed: readonly NamedRecipient[] | null;
  /** The recipients of every identity at hand. */
  readonly own: readonly string[];
  readonly next: readonly NamedRecipient[];
  /** The stanza types of the next recipients, in the same order. */
  readonly nextTypes: readonly string[];
}

/** The changes of access that encrypting the file to the next recipients would bring. */
export interface RecipientChange {
  /** The recipients known to lose access. */
  readonly dropped: readonly NamedRecipient[];
  /** The recipients known to gain access. */
  readonly added: readonly NamedRecipient[];
  /** The number of others who would lose access, by the number of stanzas. Cage can't name them. */
  readonly unnamedDropped: number;
  /** The number of further new recipients. Cage can't tell which of the next ones they are. */
  readonly unnamedAdded: number;
  /** True if none of the user's own identities could read the next version. */
  readonly locksOut: boolean;
  /** False if the present recipients are unknown, except for their kinds and number. */
  readonly certain: boolean;
}

/**
 * Compares the present recipients of a file with the next ones. age headers do not name X25519
 * recipients, so without a memory only kinds and numbers can be compared.
 *
 * @returns null if certainly nobody's access changes.
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

/** Returns the present recipients of a file, by the best list there is; null if there is none. */
export function presentRecipients(
  comparison: RecipientComparison,
): readonly NamedRecipient[] | null {
  return certainRecipients(comparison) ?? comparison.believed;
}

/**
 * Returns the present recipients if they are certain: Cage wrote the file, or the user's own
 * identities open every stanza.
 */
export function certainRecipients({
  stanzaTypes,
  known,
  openers,
}: PresentReaders): readonly NamedRecipient[] | null {
  if (known !== null) return known;
  return openers.length > 0 && openers.length === stanzaTypes.length ? named(openers) : null;
}

function named(recipients: readonly string[]): readonly NamedRecipient[] {
  return recipients.map((text) => ({ text }));
}

/**
 * Tells whether a change locks the user out, or drops or adds somebody, as far as names, kinds and
 * numbers show.
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

/** Counts the types that remain after pairing each with one of its kind in the other list. */
function surplus(types: readonly string[], others: readonly string[]): number {
  const rest = [...others];
  return types.filter((type) => {
    const index = rest.indexOf(type);
    if (index >= 0) rest.splice(index, 1);
    return index < 0;
  }).length;
}
