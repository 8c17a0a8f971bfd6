import { readAgeFile, stanzaTypes, type Identity, type Recipient } from "../age/age";
import { AgeError } from "../age/errors";
import { ScryptIdentity, ScryptRecipient } from "../age/scrypt";
import { approve, isApproved, rememberedFile, type NamedRecipient } from "./memory";
import type { DocumentContext, OpenDocument, Version } from "./openDocument";
import type { Prompts } from "./prompts";
import { compareRecipients, showsDifference, type RecipientChange } from "./recipientGuard";
import { resolveRecipients, type ResolvedRecipients } from "./recipients";
import { unlock } from "./unlock";

/** Whom the next version of a document is encrypted to, and with what it can be read back. */
export interface Audience {
  readonly recipients: readonly Recipient[];
  /** The recipients by name; null for a passphrase. */
  readonly named: readonly NamedRecipient[] | null;
  /** Identities that should open the next version; empty when none is at hand. */
  readonly identities: readonly Identity[];
  /** Zeroes the keys in here. */
  wipe(): void;
}

/**
 * Decides whom a document is encrypted to: the passphrase that opened it, or the resolved recipients,
 * after the user has agreed where somebody would be dropped or added, or where that can't be known.
 *
 * @param present - the file as it stands, which may be a version that could not be opened; null when
 * it was deleted.
 * @throws AgeError "dismissed" when the user does not agree, "no-recipients" when nothing says whom.
 */
export async function guardedRecipients(
  document: OpenDocument,
  present: Version | null,
  context: DocumentContext,
): Promise<Audience> {
  return document.opener.kind === "passphrase"
    ? passphraseAudience(document, present, context)
    : recipientsAudience(document, present, context);
}

async function passphraseAudience(
  document: OpenDocument,
  present: Version | null,
  { keys }: DocumentContext,
): Promise<Audience> {
  const { path } = document;
  const strangers = await unopenedTypes(document, present);
  if (strangers !== null) await confirmPassphrase(path, strangers, keys.prompts);
  let passphrase = keys.keyring.passphraseFor(path);
  if (passphrase === null && present !== null) {
    // Locked since it was opened: asking again proves the passphrase against the file as it stands.
    const { fileKey } = await unlock(await readAgeFile([present.bytes]), path, keys, "ask");
    fileKey.fill(0);
    passphrase = keys.keyring.passphraseFor(path);
  }
  if (passphrase === null) {
    throw new AgeError("locked", "not saved: the file's passphrase is not at hand", { path });
  }
  const held = passphrase;
  const ask = () => Promise.resolve(held);
  return {
    recipients: [new ScryptRecipient(held)],
    named: null,
    identities: [new ScryptIdentity(ask, () => Promise.resolve(true))],
    wipe: () => {
      held.fill(0);
    },
  };
}

/** The document's own passphrase says nothing of who reads a version that it does not open. */
async function confirmPassphrase(
  path: string,
  strangers: readonly string[],
  prompts: Prompts,
): Promise<void> {
  const change: RecipientChange = {
    ...{ dropped: [], added: [], unnamedDropped: strangers.length, unnamedAdded: 0 },
    ...{ locksOut: false, certain: false },
  };
  const origin = { kind: "passphrase", place: path } as const;
  const agreed = await prompts.confirmRecipients({ path, origin, change, next: [] });
  if (!agreed) throw notConfirmed();
}

async function recipientsAudience(
  document: OpenDocument,
  present: Version | null,
  context: DocumentContext,
): Promise<Audience> {
  const { path } = document;
  const resolved = await resolveRecipients(path, document.opener, context.sources);
  if (resolved === null) {
    throw new AgeError("no-recipients", "nothing says whom the file is for", { path });
  }
  const { found } = await context.keys.findIdentities();
  const own = [...found, ...context.keys.keyring.identities()];
  try {
    await confirm(
      document,
      await unopenedTypes(document, present),
      resolved,
      own.map(({ identity }) => identity.recipient.toString()),
      context,
    );
  } catch (error) {
    for (const { identity } of found) identity.wipe();
    throw error;
  }
  return {
    recipients: resolved.recipients,
    named: resolved.named,
    identities: own.map(({ identity }) => identity),
    wipe: () => {
      for (const { identity } of found) identity.wipe();
    },
  };
}

/**
 * The stanza types of the file as it stands if it is a version that could not be opened: its readers
 * are strangers. Null if it is the document, or no age file at all.
 */
async function unopenedTypes(
  document: OpenDocument,
  present: Version | null,
): Promise<readonly string[] | null> {
  if (present === null || present.hash === document.ciphertext) return null;
  try {
    return stanzaTypes((await readAgeFile([present.bytes])).header);
  } catch (error) {
    if (error instanceof AgeError) return null;
    throw error;
  }
}

async function confirm(
  document: OpenDocument,
  strangers: readonly string[] | null,
  { origin, named, recipients }: ResolvedRecipients,
  own: readonly string[],
  { memory, keys }: DocumentContext,
): Promise<void> {
  const { path } = document;
  const written = rememberedFile(memory, path)?.written;
  const opener = document.opener.kind === "identity" ? document.opener.recipient : null;
  const readers =
    strangers === null
      ? {
          stanzaTypes: document.stanzaTypes,
          known: written?.ciphertext === document.ciphertext ? written.recipients : null,
          believed: document.believed,
          opener,
        }
      : { stanzaTypes: strangers, known: null, believed: null, opener: null };
  const change = compareRecipients({
    ...readers,
    // Whoever opened the file has that identity, though it may be locked now.
    own: opener === null ? own : [...own, opener],
    next: named,
    nextTypes: recipients.map(({ type }) => type),
  });
  if (change === null) return;
  if (!showsDifference(change) && isApproved(memory, path, origin.place, named)) return;
  const agreed = await keys.prompts.confirmRecipients({ path, origin, change, next: named });
  if (!agreed) throw notConfirmed();
  await approve(memory, path, origin.place, named);
}

function notConfirmed(): AgeError {
  return new AgeError("dismissed", "not saved: the recipients were not confirmed");
}
