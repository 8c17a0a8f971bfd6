import { readAgeFile } from "../age/age";
import type { Identity, Recipient } from "../age/identity";
import { AgeError } from "../age/errors";
import { ScryptIdentity, ScryptRecipient } from "../age/scrypt";
import type { FoundIdentity } from "../keys/identitySearch";
import { stanzaTypesIn } from "./disk/ciphertext";
import { nullWhenRefused } from "./disk/diskFailures";
import { approve, isApproved, writtenFor, type NamedRecipient } from "./memory/memory";
import type { DocumentContext, OpenDocument, Version } from "./openDocument";
import {
  compareRecipients,
  presentRecipients,
  showsDifference,
  type PresentReaders,
  type RecipientComparison,
  type RecipientChange,
} from "./questions/recipientChange";
import { ownReaders } from "./recipients/ownReaders";
import { parsed, resolveRecipients, type ResolvedRecipients } from "./recipients/recipients";
import { unlock } from "./unlocking/unlock";
import { wipeUnlocked } from "./unlocking/unlocked";

/** The recipients of a new file or version, and the identities that can read it back. */
export interface Audience {
  readonly recipients: readonly Recipient[];
  /** The recipients by name; null for a passphrase. */
  readonly named: readonly NamedRecipient[] | null;
  /** The identities that should open it; empty if none is at hand. */
  readonly identities: readonly Identity[];
  /** Zeroes the keys in it. */
  wipe(): void;
}

/**
 * Decides the recipients of a document: the passphrase that opened it, or the resolved recipients.
 * Asks the user first if that adds or drops a reader, or if Cage cannot rule it out.
 *
 * @param present - the present version of the file, which may be one that could not be opened; null
 * if the file was deleted.
 * @throws AgeError "dismissed" if the user does not agree, "no-recipients" if nothing names any.
 */
export async function confirmAudience(
  document: OpenDocument,
  present: Version | null,
  context: DocumentContext,
  signal?: AbortSignal,
): Promise<Audience> {
  return document.opener.kind === "passphrase"
    ? passphraseAudience(document, present, context, signal)
    : recipientsAudience(document, present, context, signal);
}

async function passphraseAudience(
  document: OpenDocument,
  present: Version | null,
  context: DocumentContext,
  signal?: AbortSignal,
): Promise<Audience> {
  const { keys } = context;
  const { path } = document;
  const strangers = await unopenedTypes(document, present, signal);
  if (strangers !== null) await confirmPassphrase(path, strangers, context);
  let passphrase = keys.keyring.passphraseFor(path);
  if (passphrase === null && present !== null) {
    // A lock came after the opening. Asking again proves the passphrase against the present
    // version.
    const file = await readAgeFile([present.bytes], signal);
    wipeUnlocked(await unlock(file, path, keys, "ask", signal));
    passphrase = keys.keyring.passphraseFor(path);
  }
  if (passphrase === null) {
    throw new AgeError("locked", "not saved: the file's passphrase is not at hand", { path });
  }
  return audienceOf(passphrase);
}

/** Makes the audience of a passphrase alone. Its wiping zeroes the passphrase. */
export function audienceOf(passphrase: Uint8Array): Audience {
  const ask = () => Promise.resolve(passphrase);
  return {
    recipients: [new ScryptRecipient(passphrase)],
    named: null,
    identities: [new ScryptIdentity(ask, () => Promise.resolve(true))],
    wipe: () => {
      passphrase.fill(0);
    },
  };
}

/** Asks before it overwrites another version: the passphrase does not show who reads that one. */
async function confirmPassphrase(
  path: string,
  strangers: readonly string[],
  { keys, agreed }: DocumentContext,
): Promise<void> {
  const change: RecipientChange = {
    dropped: [],
    added: [],
    unnamedDropped: strangers.length,
    unnamedAdded: 0,
    locksOut: false,
    certain: false,
  };
  const origin = { kind: "passphrase", place: path } as const;
  const isReencryption = agreed !== undefined;
  const question = { path, origin, change, next: [], present: null, isReencryption };
  if ((await keys.prompts.confirmRecipients(question)) !== "next") throw notConfirmed();
}

async function recipientsAudience(
  document: OpenDocument,
  present: Version | null,
  context: DocumentContext,
  signal?: AbortSignal,
): Promise<Audience> {
  const { path } = document;
  const resolved = await resolveRecipients(path, document.opener, context.sources, signal);
  if (resolved === null) {
    throw new AgeError("no-recipients", "nothing says whom the file is for", { path });
  }
  const { found } = await context.keys.findIdentities(signal);
  const own = [...found, ...context.keys.keyring.identities()];
  const wipe = (): void => {
    for (const { identity } of found) identity.wipe();
  };
  try {
    const known = writtenFor(context.memory, path, document.ciphertext);
    const openers =
      known === null ? await openersOf(document, present, own, signal) : opener(document);
    const { recipients, named } = await confirmed(
      document,
      await unopenedTypes(document, present, signal),
      resolved.origin.kind === "identity" ? ownList(resolved, openers) : resolved,
      { known, openers },
      own.map(({ identity }) => identity.recipient.toString()),
      context,
    );
    return { recipients, named, identities: own.map(({ identity }) => identity), wipe };
  } catch (error) {
    wipe();
    throw error;
  }
}

/** Returns the recipient of the identity that opened a document; empty for a passphrase. */
function opener({ opener: by }: OpenDocument): readonly string[] {
  return by.kind === "identity" ? [by.recipient] : [];
}

/** Finds the recipients of the user's own identities that open a document. It tries each stanza. */
async function openersOf(
  document: OpenDocument,
  present: Version | null,
  own: readonly FoundIdentity[],
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const first = opener(document);
  const isOthers = present?.hash !== document.ciphertext;
  if (first.length === 0 || isOthers || document.stanzaTypes.length === 1) return first;
  const { header } = await readAgeFile([present.bytes], signal);
  return [...new Set([...first, ...(await ownReaders(header, own, signal))])];
}

/** Makes the list of a file for which nothing names recipients: all of the user's own stay. */
function ownList({ origin }: ResolvedRecipients, openers: readonly string[]): ResolvedRecipients {
  return parsed(
    origin,
    openers.map((text) => ({ text })),
  );
}

/**
 * Returns the stanza types of the present version if it could not be opened: its readers are
 * strangers. Null if it is the document, or not an age file.
 */
async function unopenedTypes(
  document: OpenDocument,
  present: Version | null,
  signal: AbortSignal | undefined,
): Promise<readonly string[] | null> {
  if (present === null || present.hash === document.ciphertext) return null;
  return stanzaTypesIn([present.bytes], signal);
}

/**
 * Returns the recipients that the user agrees to: the resolved ones, the present ones, or others.
 */
async function confirmed(
  document: OpenDocument,
  strangers: readonly string[] | null,
  resolved: ResolvedRecipients,
  readers: Omit<PresentReaders, "stanzaTypes">,
  own: readonly string[],
  { memory, keys, agreed }: DocumentContext,
): Promise<Pick<ResolvedRecipients, "recipients" | "named">> {
  const { path } = document;
  const { origin, named, recipients } = resolved;
  const { stanzaTypes, believed } = document;
  const comparison: RecipientComparison = {
    ...(strangers === null
      ? { stanzaTypes, believed, ...readers }
      : { stanzaTypes: strangers, believed: null, known: null, openers: [] }),
    // The identity that opened the file is the user's own, even if it is locked now.
    own: [...own, ...readers.openers],
    next: named,
    nextTypes: recipients.map(({ type }) => type),
  };
  const change = compareRecipients(comparison);
  if (change === null) return resolved;
  if (!showsDifference(change) && isApproved(memory, path, origin.place, named)) return resolved;
  const kept = keepable(path, presentRecipients(comparison), named);
  const asked = { path, origin, change, next: named, present: kept?.named ?? null };
  const question = { ...asked, isReencryption: agreed !== undefined };
  const isAgreed = agreed?.has(question) === true;
  const offered = agreed?.offered(question) ?? question;
  const answer = isAgreed ? "next" : await keys.prompts.confirmRecipients(offered);
  // Keeping the present ones does not approve the list: Cage asks about it again the next time.
  if (answer === "present" && kept !== null) return kept;
  // The save remembers them, so that the next one does not ask.
  if (typeof answer === "object") return parsed({ kind: "remembered", place: path }, answer.chosen);
  if (answer === "next for all") agreed?.add(question);
  else if (answer !== "next") throw notConfirmed();
  await approve(memory, path, origin.place, named);
  return resolved;
}

/** Returns the present recipients if they differ from the next ones and Cage can encrypt to all. */
function keepable(
  path: string,
  present: readonly NamedRecipient[] | null,
  next: readonly NamedRecipient[],
): ResolvedRecipients | null {
  if (present === null) return null;
  const texts = new Set(next.map(({ text }) => text));
  if (present.length === texts.size && present.every(({ text }) => texts.has(text))) return null;
  try {
    return parsed({ kind: "remembered", place: path }, present);
  } catch (error) {
    return nullWhenRefused(error);
  }
}

function notConfirmed(): AgeError {
  return new AgeError("dismissed", "not saved: the recipients were not confirmed");
}
