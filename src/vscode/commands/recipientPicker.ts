import * as vscode from "vscode";
import type { Identity } from "../../age/identity";
import { audienceOf, type Audience } from "../../documents/confirmAudience";
import type { NamedRecipient } from "../../documents/memory/memory";
import type { FileContext } from "../../documents/files/unfinishedStore";
import type { Lists } from "../../documents/recipients/recipientLists";
import {
  nearestRecipientsFile,
  readRecipientsFile,
  ruleFor,
  type ResolvedRecipients,
} from "../../documents/recipients/recipients";
import { parseRecipient } from "../../keys/recipient";
import { quoted, quotedRecipient } from "../wording/foreignText";
import { listPlaceText, shortPlaceText } from "../wording/listsText";
import type { VscodePrompts } from "../prompts/vscodePrompts";
import { typeRecipients } from "./typedRecipients";

/** The people that the user chose for a new file. */
export interface RecipientChoice extends Audience {
  /** The passphrase, to be remembered for the file; null for recipients. */
  readonly passphrase: Uint8Array | null;
}

/** An answer to the question who may read: recipients, a passphrase, or each file's own list. */
export type RecipientAnswer = readonly NamedRecipient[] | Uint8Array | Lists;

/** An entry of the first list. "again" shows that list once more, made anew. */
export interface PickerEntry extends vscode.QuickPickItem {
  /** The way to name the readers. */
  readonly way:
    "oneself" | "list" | "checklist" | "typing" | "file" | "passphrase" | "new identity";
  readonly choose: () => Promise<RecipientAnswer | "again" | null>;
}

/** An answer, together with the identities that were found on this machine. */
export interface Picked<Of extends RecipientAnswer> {
  readonly answer: Of;
  readonly own: readonly NamedRecipient[];
  readonly identities: readonly Identity[];
  /** Zeroes the identities. */
  readonly wipe: () => void;
}

/**
 * Asks who may read a new file: recipients found, typed or read from a file, or a passphrase.
 *
 * @param path - the file's path, where the search for the nearest recipients file starts.
 * @param what - the user's name for it, for titles.
 * @returns null if dismissed.
 * @throws AgeError for a recipient or a recipients file that cannot be used.
 */
export async function pickRecipients(
  path: string,
  what: string,
  context: FileContext,
  prompts: VscodePrompts,
): Promise<RecipientChoice | null> {
  const { sources } = context;
  const near = (await nearestRecipientsFile(path, sources)) ?? (await ruleFor(path, sources));
  const picked = await pickOffer(
    (title, own) => offersOf(title, what, own, near, context, prompts),
    what,
    context,
  );
  if (picked === null || "listed" in picked.answer) return null;
  return choiceOf({ ...picked, answer: picked.answer }, "the file");
}

/**
 * Shows offers and lets the user choose.
 *
 * @returns null if dismissed, with nothing left to wipe.
 */
export async function pickOffer(
  offersFor: (title: string, own: readonly NamedRecipient[]) => readonly PickerEntry[],
  what: string,
  context: FileContext,
): Promise<Picked<RecipientAnswer> | null> {
  let picked: Picked<RecipientAnswer> | "again" | null = "again";
  while (picked === "again") picked = await pickOnce(offersFor, what, context);
  return picked;
}

async function pickOnce(
  offersFor: (title: string, own: readonly NamedRecipient[]) => readonly PickerEntry[],
  what: string,
  context: FileContext,
): Promise<Picked<RecipientAnswer> | "again" | null> {
  const title = `Recipients of ${what}`;
  const { found } = await context.keys.findIdentities();
  const wipe = () => {
    for (const { identity } of found) identity.wipe();
  };
  try {
    const own = found.map(({ identity, path: place }) => ({
      text: identity.recipient.toString(),
      identityFile: place,
    }));
    const placeHolder = "Who may read it?";
    const options = { title, placeHolder, ignoreFocusOut: true };
    const offer = await vscode.window.showQuickPick(offersFor(title, own), options);
    const answer = (await offer?.choose()) ?? null;
    if (answer !== null && answer !== "again") {
      return { answer, own, identities: found.map(({ identity }) => identity), wipe };
    }
    wipe();
    return answer;
  } catch (error) {
    wipe();
    throw error;
  }
}

/**
 * Makes a choice from an answer that counts for all files.
 *
 * @param what - the files that the user could not read, for a warning.
 * @returns null if dismissed.
 */
export async function choiceOf(
  { answer, own, identities, wipe }: Picked<readonly NamedRecipient[] | Uint8Array>,
  what: string,
): Promise<RecipientChoice | null> {
  if (answer instanceof Uint8Array) {
    wipe();
    return passphraseChoice(answer);
  }
  try {
    const added = isForOneself(answer, own) ? [] : await addOneself(what, own);
    if (added !== null) {
      const named = [...answer, ...added];
      const recipients = named.map(({ text }) => parseRecipient(text));
      return { recipients, named, identities, passphrase: null, wipe };
    }
  } catch (error) {
    wipe();
    throw error;
  }
  wipe();
  return null;
}

/**
 * Lists the offers for a new file. In a trusted workspace the list that applies to it comes first,
 * since a save would use it too. In one that is not trusted "Only you" does: there Enter must not
 * give the file to somebody whom a repository names.
 *
 * @param near - the list that applies to the file; null for none.
 */
export function offersOf(
  title: string,
  what: string,
  own: readonly NamedRecipient[],
  near: ResolvedRecipients | null,
  context: FileContext,
  prompts: VscodePrompts,
): readonly PickerEntry[] {
  const offers: PickerEntry[] = [];
  const [me] = own;
  if (me !== undefined) {
    offers.push({
      way: "oneself",
      label: "$(account) Only you",
      description: quotedRecipient({ text: me.text }),
      choose: () => Promise.resolve([me]),
    });
  }
  if (near !== null) {
    offers.splice(listComesFirst() ? 0 : 1, 0, {
      way: "list",
      label: `$(organization) Everybody in ${shortPlaceText(near.origin)}`,
      description: near.named.map(quotedRecipient).join(", "),
      detail: listPlaceText(near.origin),
      choose: () => Promise.resolve(near.named),
    });
  }
  const all = [...(near?.named ?? []), ...own];
  if (all.length > 1) {
    offers.push({
      way: "checklist",
      label: "$(checklist) Choose among those found…",
      choose: () => chooseAmong(title, all),
    });
  }
  offers.push(
    { way: "typing", label: "$(edit) Type recipients…", choose: () => typeRecipients(title) },
    { way: "file", label: "$(file) From a recipients file…", choose: () => fromFile(context) },
    { way: "passphrase", label: "$(key) A passphrase…", choose: () => prompts.newPassphrase(what) },
    {
      way: "new identity",
      label: "$(person-add) Generate Identity…",
      description: "make a key of your own first",
      choose: async () => {
        await vscode.commands.executeCommand("cage.generateIdentity");
        return "again";
      },
    },
  );
  return offers;
}

/** Tells whether a list of recipients is offered before "Only you". */
export function listComesFirst(): boolean {
  return vscode.workspace.isTrusted;
}

/** Lets the user check some recipients. @returns null if dismissed, or if nobody is checked. */
export async function chooseAmong(
  title: string,
  all: readonly NamedRecipient[],
): Promise<readonly NamedRecipient[] | null> {
  const picked = await vscode.window.showQuickPick(checklistOf(all), {
    title,
    canPickMany: true,
    ignoreFocusOut: true,
    placeHolder: "Check everybody who may read it",
  });
  if (picked === undefined || picked.length === 0) return null;
  return picked.map(({ recipient }) => recipient);
}

/** Lists the recipients to choose from, each once, with its whole key. */
export function checklistOf(
  all: readonly NamedRecipient[],
): readonly (vscode.QuickPickItem & { readonly recipient: NamedRecipient })[] {
  const unique = new Map(all.map((recipient) => [recipient.text, recipient]));
  return [...unique.values()].map((recipient) => ({
    label: quotedRecipient(recipient),
    detail: quoted(recipient.text),
    recipient,
    picked: true,
  }));
}

async function fromFile({ disk }: FileContext): Promise<readonly NamedRecipient[] | null> {
  const [uri] =
    (await vscode.window.showOpenDialog({ title: "Recipients File", openLabel: "Use" })) ?? [];
  return uri === undefined ? null : (await readRecipientsFile(uri.fsPath, disk)).named;
}

/** Tells whether one of the user's own identities is among recipients. */
export function isForOneself(
  named: readonly NamedRecipient[],
  own: readonly NamedRecipient[],
): boolean {
  return named.some(({ text }) => own.some((mine) => mine.text === text));
}

/**
 * Warns users who could not read their own files.
 *
 * @returns the recipients to add, perhaps none; null if dismissed.
 */
export async function addOneself(
  what: string,
  own: readonly NamedRecipient[],
): Promise<readonly NamedRecipient[] | null> {
  const [me] = own;
  const answer = await vscode.window.showWarningMessage(
    `You could not read ${what} yourself.`,
    {
      modal: true,
      detail: "None of the identities found on this machine is among the recipients.",
    },
    ...(me === undefined ? [] : ["Add Me"]),
    "Encrypt Without Me",
  );
  if (answer === "Add Me" && me !== undefined) return [me];
  return answer === "Encrypt Without Me" ? [] : null;
}

/** Makes the choice of a passphrase alone; wiping it wipes the passphrase. */
export function passphraseChoice(passphrase: Uint8Array): RecipientChoice {
  return { ...audienceOf(passphrase), passphrase };
}
