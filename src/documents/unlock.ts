import { collect, decrypt, stanzaTypes, unwrapFileKey, type AgeFile } from "../age/age";
import { AgeError, type AgeErrorFacts } from "../age/errors";
import { type ProgramIdentity, wipeProgramIdentity } from "../age/programKeys";
import { equalInConstantTime } from "../age/primitives";
import { ScryptIdentity } from "../age/scrypt";
import { type IdentityFile, parseIdentityFile } from "../keys/identityFile";
import type { FoundIdentity, IdentitySearch } from "../keys/identitySearch";
import type { Keyring } from "../keys/keyring";
import { type KeyPrompts, timedPrompts } from "./keyTime";
import { noMatch } from "./noMatch";
import type { PassphraseRequest, Prompts } from "./prompts";

/** The sources of keys: memory, the machine, and the user. */
export interface Keys {
  readonly keyring: Keyring;
  /** Reads the identities that are configured or lie in the usual places, afresh. */
  readonly findIdentities: (signal?: AbortSignal) => Promise<IdentitySearch>;
  readonly prompts: Prompts;
}

/** The permission to ask: only an action of the user may lead to a prompt. */
export type Asking = "ask" | "never";

/** The key that opened a file. */
export type Opener =
  { readonly kind: "passphrase" } | { readonly kind: "identity"; readonly recipient: string };

/** The part of a file that is read to find its key. */
export type Locked = Pick<AgeFile, "header">;

/** A file key and how it was come by, which the caller wipes. */
export interface Unlocked {
  readonly fileKey: Uint8Array;
  readonly opener: Opener;
  /** What unwrapped it, for a program that does it again. */
  readonly unlockedBy: ProgramIdentity;
  /** The time that it took since the user's last answer: mostly scrypt, after a passphrase. */
  readonly seconds: number;
}

type FoundKey = Omit<Unlocked, "seconds">;

/** The sources of keys, as far as unlocking asks them. */
type Asked = Omit<Keys, "prompts"> & { readonly prompts: KeyPrompts };

/** Zeroes the keys of a file that was unlocked. */
export function wipeUnlocked({ fileKey, unlockedBy }: Omit<Unlocked, "seconds">): void {
  fileKey.fill(0);
  wipeProgramIdentity(unlockedBy);
}

/**
 * Finds the file key of an age file: with keys already unlocked, with identities found on the
 * machine, then, if it may, by asking.
 *
 * @throws AgeError "locked" when only asking could help and it may not, "dismissed" when the user
 * declined, "no-identity-match" when no key fits, and whatever is wrong with the header.
 */
export async function unlock(
  file: Locked,
  path: string,
  keys: Keys,
  asking: Asking,
  signal?: AbortSignal,
): Promise<Unlocked> {
  const { prompts, seconds } = timedPrompts(keys.prompts);
  const asked: Asked = { ...keys, prompts };
  const found = stanzaTypes(file.header).includes("scrypt")
    ? await unlockWithPassphrase(file, path, asked, asking, signal)
    : await unlockWithIdentity(file, path, asked, asking, signal);
  return { ...found, seconds: seconds() };
}

async function unlockWithPassphrase(
  file: Locked,
  path: string,
  keys: Asked,
  asking: Asking,
  signal?: AbortSignal,
): Promise<FoundKey> {
  const acceptWork = workQuestion(path, keys, asking);
  const attempt = async (ask: AskPassphrase): Promise<FoundKey> => {
    let passphrase = new Uint8Array();
    const askAndKeep = async (): Promise<Uint8Array | null> => {
      const given = await ask();
      if (given !== null) passphrase = new Uint8Array(given);
      return given;
    };
    try {
      const identity = new ScryptIdentity(askAndKeep, acceptWork);
      const { fileKey } = await unwrapFileKey(file.header, [identity], signal);
      const unlockedBy = { kind: "passphrase", passphrase } as const;
      return { fileKey, opener: { kind: "passphrase" }, unlockedBy };
    } catch (error) {
      passphrase.fill(0);
      throw error;
    }
  };
  const own = keys.keyring.passphraseFor(path);
  const held = keys.keyring.passphrasesToTry(path);
  try {
    for (const passphrase of held) {
      const unlocked = await attempt(() => Promise.resolve(passphrase)).catch(nullWhenIncorrect);
      if (unlocked === null) continue;
      const isNews = own === null || !equalInConstantTime(own, passphrase);
      // A reload in the background is no use of the key: idle time goes on.
      const use = asking === "ask" ? "by the user" : "in the background";
      if (isNews || asking === "ask") keys.keyring.rememberPassphrase(path, passphrase, use);
      return unlocked;
    }
  } finally {
    for (const passphrase of held) passphrase.fill(0);
    own?.fill(0);
  }
  if (asking === "never") throw locked(path);
  return askUntilRight({ path, purpose: "open a file" }, keys, attempt, (passphrase) => {
    keys.keyring.rememberPassphrase(path, passphrase);
  });
}

async function unlockWithIdentity(
  file: Locked,
  path: string,
  keys: Asked,
  asking: Asking,
  signal?: AbortSignal,
): Promise<FoundKey> {
  const unlocked = await tryIdentities(file, keys.keyring.identities(), signal);
  if (unlocked !== null) return unlocked;
  const found = await keys.findIdentities(signal);
  try {
    for (const { path: identityFile } of found.exposed) keys.prompts.warnExposed(identityFile);
    const opened = await tryIdentities(file, found.found, signal);
    if (opened !== null) {
      // Reads in the background never change the lock's state, and idle time goes on.
      if (asking === "ask") keys.keyring.unlock();
      return opened;
    }
    const open = keys.keyring.identityFiles();
    const closed = found.encrypted.filter((identityFile) => !open.has(identityFile.path));
    if (closed.length > 0 && asking === "never") throw locked(path);
    const problems = [...found.problems];
    let dismissed: AgeError | null = null;
    for (const identityFile of closed) {
      const problem = await openIdentityFile(identityFile, keys, asking, signal);
      if (problem?.code === "dismissed") dismissed ??= problem;
      else if (problem !== null) problems.push(problem);
      const after = await tryIdentities(file, keys.keyring.identities(), signal);
      if (after !== null) return after;
    }
    // Whether an identity fits that the user would not open, nobody can say.
    if (dismissed !== null) throw dismissed;
    throw noMatch(file, found, keys.keyring, problems);
  } finally {
    for (const { identity } of found.found) identity.wipe();
  }
}

async function tryIdentities(
  file: Locked,
  own: readonly FoundIdentity[],
  signal?: AbortSignal,
): Promise<FoundKey | null> {
  try {
    const identities = own.map(({ identity }) => identity);
    const { fileKey, identity } = await unwrapFileKey(file.header, identities, signal);
    const opener = identities.find((one) => one === identity);
    if (opener === undefined) throw new TypeError("an identity that nobody gave");
    const unlockedBy = { kind: "identity", text: opener.encode() } as const;
    return {
      fileKey,
      opener: { kind: "identity", recipient: opener.recipient.toString() },
      unlockedBy,
    };
  } catch (error) {
    if (error instanceof AgeError && error.code === "no-identity-match") return null;
    return nullWhenWiped(error);
  }
}

/** Takes an identity that a lock wiped meanwhile for one that opens nothing. */
export function nullWhenWiped(error: unknown): null {
  if (error instanceof AgeError && error.code === "invalid-identity") return null;
  throw error;
}

/**
 * Decrypts an identity file that is itself passphrase-encrypted, and keeps what it holds. A file
 * that turns out to hold none counts as opened, so that its passphrase is asked for once.
 *
 * @returns what is wrong with the file, or that it was dismissed, which must not keep another one
 * from being tried; or null.
 */
export async function openIdentityFile(
  { path, content }: IdentitySearch["encrypted"][number],
  keys: Asked,
  asking: Asking,
  signal?: AbortSignal,
): Promise<AgeError | null> {
  const acceptWork = workQuestion(path, keys, asking);
  const attempt = async (ask: AskPassphrase): Promise<AgeError | null> => {
    const identity = new ScryptIdentity(ask, acceptWork);
    const plaintext = await collect(decrypt([content], [identity], signal));
    try {
      const parsed = await parseDecrypted(plaintext, path, signal);
      if (parsed instanceof AgeError) {
        keys.keyring.rememberIdentities(path, []);
        return parsed;
      }
      const unsupported = parsed.unsupported.map(({ kind }) => kind);
      keys.keyring.rememberIdentities(path, parsed.identities, unsupported);
      return null;
    } finally {
      plaintext.fill(0);
    }
  };
  const request = { path, purpose: "open an identity file" } as const;
  try {
    return await askUntilRight(request, keys, attempt, () => undefined);
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof AgeError) || error.code === "locked") throw error;
    if (error.code === "dismissed") return error;
    const message = `${path} cannot be opened: ${error.message}`;
    return new AgeError("unreadable-identity-file", message, { path });
  }
}

/** Parses what an identity file decrypts to. @returns the reason why that is no identity file. */
async function parseDecrypted(
  plaintext: Uint8Array,
  path: string,
  signal?: AbortSignal,
): Promise<Extract<IdentityFile, { kind: "plain" }> | AgeError> {
  const refusal = (why: string, facts: AgeErrorFacts): AgeError =>
    new AgeError("invalid-identity", `${path} opens, but ${why}`, { ...facts, path });
  try {
    const parsed = await parseIdentityFile(plaintext, path, signal);
    return parsed.kind === "plain" ? parsed : refusal("holds another encrypted file", {});
  } catch (error) {
    if (!(error instanceof AgeError)) throw error;
    const { line } = error.facts;
    const why = line === undefined ? "holds no identity" : `line ${line} in it is no identity`;
    return refusal(why, error.facts);
  }
}

type AskPassphrase = () => Promise<Uint8Array | null>;

/** Asks for a passphrase, again while it is wrong; what was typed is wiped whatever happens. */
async function askUntilRight<T>(
  request: Omit<PassphraseRequest, "attempt">,
  keys: Asked,
  attempt: (ask: AskPassphrase) => Promise<T>,
  keep: (passphrase: Uint8Array) => void,
): Promise<T> {
  for (let turn: PassphraseRequest["attempt"] = "first"; ; turn = "again") {
    const typed: Uint8Array[] = [];
    try {
      const result = await attempt(async () => {
        const passphrase = await keys.prompts.passphrase({ ...request, attempt: turn });
        if (passphrase !== null) typed.push(passphrase);
        return passphrase;
      });
      typed.forEach(keep);
      return result;
    } catch (error) {
      if (!isIncorrect(error)) throw error;
    } finally {
      for (const passphrase of typed) passphrase.fill(0);
    }
  }
}

/** Asks once for a file, however many passphrases are tried on it. */
function workQuestion(path: string, keys: Asked, asking: Asking) {
  let isAccepted = false;
  return async (logN: number): Promise<boolean> => {
    if (asking === "never") throw locked(path);
    isAccepted ||= await keys.prompts.acceptWork(path, logN);
    return isAccepted;
  };
}

function locked(path: string): AgeError {
  return new AgeError("locked", "the file is locked", { path });
}

function nullWhenIncorrect(error: unknown): null {
  if (isIncorrect(error)) return null;
  throw error;
}

function isIncorrect(error: unknown): boolean {
  return error instanceof AgeError && error.code === "incorrect-passphrase";
}
