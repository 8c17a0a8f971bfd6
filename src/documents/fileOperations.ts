import { decrypt, plaintextSize, readAgeFile } from "../age/age";
import type { Format, Identity, Recipient, Source } from "../age/age";
import { AgeError } from "../age/errors";
import type { Report } from "../strategies/strategy";
import { digested, expectDigest, type Digested } from "./digest";
import { changeGuard, refuseSameFile, sourceFacts } from "./fileGuards";
import { factsOfWritten, rememberFile, type NamedRecipient } from "./memory";
import type { DocumentContext } from "./openDocument";
import { replaceFile, type Replacement } from "./replaceFile";
import { unlock } from "./unlock";

/** Told how many bytes of the source are done, out of how many. */
export type Progress = (done: number, total: number) => void;

/** What becomes of a file that already has the target's name. */
export type Existing = Replacement["existing"];

/** A file to encrypt, and whom for. */
export interface Encryption {
  readonly source: string;
  readonly target: string;
  readonly existing: Existing;
  readonly recipients: readonly Recipient[];
  /** The recipients by name, to be remembered with the file; null for a passphrase. */
  readonly named: readonly NamedRecipient[] | null;
  readonly format: Format;
  /** Identities that should open the result; it is read back with them before it gets its name. */
  readonly identities: readonly Identity[];
}

/**
 * Encrypts a file into another, in bounded memory. The source stays as it is.
 *
 * @throws AgeError "already-exists" unless the target may be replaced; "changed-on-disk" when source
 * or target are not what they were at the start. No target is left, or the old one, then.
 */
export async function encryptFile(
  encryption: Encryption,
  context: DocumentContext,
  onProgress: Progress,
  signal?: AbortSignal,
): Promise<Report> {
  const { disk } = context;
  const { source, target } = encryption;
  const facts = await sourceFacts(source, disk);
  await refuseSameFile(source, target, disk);
  const confirmUnchanged = await changeGuard(encryption, disk);
  const content = digested(wipedAfterUse(disk.stream(source, signal)), (done) => {
    onProgress(done, facts.size);
  });
  return seal(content, facts.mode, confirmUnchanged, encryption, context, signal);
}

/** Makes an encrypted file that holds nothing yet. @throws AgeError as `encryptFile` does. */
export async function createEncryptedFile(
  encryption: Omit<Encryption, "source">,
  context: DocumentContext,
): Promise<Report> {
  const content = digested([], () => undefined);
  const confirmUnchanged = await changeGuard(encryption, context.disk);
  return seal(content, 0o600, confirmUnchanged, encryption, context);
}

async function seal(
  plaintext: Digested,
  newMode: number,
  confirmUnchanged: () => Promise<void>,
  { target, existing, recipients, named, format, identities }: Omit<Encryption, "source">,
  { disk, memory, strategy, random }: DocumentContext,
  signal?: AbortSignal,
): Promise<Report> {
  const operation = strategy.encrypt(plaintext.source, recipients, format, signal);
  const ciphertext = digested(operation.output, () => undefined);
  const verify = async (candidate: string): Promise<void> => {
    await expectDigest(disk.stream(candidate, signal), ciphertext.digest());
    if (identities.length === 0) return;
    const decrypted = decrypt(disk.stream(candidate, signal), identities, signal);
    await expectDigest(decrypted, plaintext.digest()).catch(ignoreNoMatch);
  };
  const content = ciphertext.source;
  const replacement = { content, old: null, newMode, existing, random, verify, confirmUnchanged };
  await replaceFile(disk, target, replacement, signal);
  // The file is written; that its first save may have to ask is no failure.
  const remembered = factsOfWritten(ciphertext.digest(), named);
  await rememberFile(memory, target, remembered).catch(() => undefined);
  return operation.report();
}

/** A file to decrypt to the disk. */
export interface Decryption {
  readonly source: string;
  readonly target: string;
  readonly existing: Existing;
}

/**
 * Decrypts a file into another, in bounded memory. The target gets its name, and mode 0600, only when
 * all of it is verified.
 *
 * @throws AgeError as `unlock` and the payload do; no target is left then.
 */
export async function decryptFile(
  { source, target, existing }: Decryption,
  context: DocumentContext,
  onProgress: Progress,
  signal?: AbortSignal,
): Promise<Report> {
  const { disk, keys, strategy, random } = context;
  const facts = await sourceFacts(source, disk);
  await refuseSameFile(source, target, disk);
  const confirmUnchanged = await changeGuard({ source, target, existing }, disk);
  const measured = await readAgeFile(disk.stream(source, signal), signal);
  const total = await plaintextSize(measured, facts.size);
  const file = await readAgeFile(disk.stream(source, signal), signal);
  let fileKey: Uint8Array | null = null;
  try {
    ({ fileKey } = await unlock(file, source, keys, "ask", signal));
    const operation = strategy.decrypt(file, fileKey, signal);
    const plaintext = digested(wipedAfterUse(operation.output), (done) => {
      onProgress(done, total);
    });
    await replaceFile(
      disk,
      target,
      {
        content: plaintext.source,
        old: null,
        newMode: 0o600,
        existing,
        random,
        verify: async (candidate) => {
          await expectDigest(disk.stream(candidate, signal), plaintext.digest());
        },
        confirmUnchanged,
      },
      signal,
    );
    return operation.report();
  } finally {
    fileKey?.fill(0);
    await file.close();
  }
}

/** A file for others only can't be read back; that its bytes are right must do. */
function ignoreNoMatch(error: unknown): void {
  if (error instanceof AgeError && error.code === "no-identity-match") return;
  throw error;
}

/** Zeroes the pieces of a source, which are ours, once they are used. */
async function* wipedAfterUse(source: Source): AsyncGenerator<Uint8Array> {
  for await (const piece of source) {
    try {
      yield piece;
    } finally {
      piece.fill(0);
    }
  }
}
