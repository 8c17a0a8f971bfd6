import { decrypt, plaintextSize, readAgeFile } from "../age/age";
import type { Format, Identity, Recipient, Source } from "../age/age";
import { AgeError } from "../age/errors";
import { sha256Hasher } from "../age/primitives";
import type { Report } from "../strategies/strategy";
import type { Disk } from "./disk";
import { factsOfWritten, rememberFile, type NamedRecipient } from "./memory";
import type { DocumentContext } from "./openDocument";
import { replaceFile } from "./replaceFile";
import { unlock } from "./unlock";

/** Told how many bytes of the source are done, out of how many. */
export type Progress = (done: number, total: number) => void;

/** What becomes of a file that already has the target's name. */
export type Existing = "replace" | "keep";

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
 * @throws AgeError "already-exists" unless the target may be replaced; no target is left then.
 */
export async function encryptFile(
  encryption: Encryption,
  context: DocumentContext,
  onProgress: Progress,
  signal?: AbortSignal,
): Promise<Report> {
  const { disk } = context;
  const { source, target } = encryption;
  const facts = await disk.facts(source);
  if (facts?.kind !== "file") {
    throw new AgeError("not-found", `${source} is not a file`, { path: source });
  }
  await refuseSameFile(source, target, disk);
  const content = digested(disk.stream(source, signal), (done) => {
    onProgress(done, facts.size);
  });
  const confirmUnchanged = async (): Promise<void> => {
    const now = await disk.facts(source);
    const isSame = now?.mtime === facts.mtime && now.ctime === facts.ctime;
    if (isSame && now.size === facts.size) return;
    throw new AgeError("changed-on-disk", `${source} changed while it was encrypted`, {
      path: source,
    });
  };
  return seal(content, facts.mode, confirmUnchanged, encryption, context, signal);
}

/** Makes an encrypted file that holds nothing yet. @throws AgeError as `encryptFile` does. */
export async function createEncryptedFile(
  encryption: Omit<Encryption, "source">,
  context: DocumentContext,
): Promise<Report> {
  const content = digested([], () => undefined);
  return seal(content, 0o600, () => Promise.resolve(), encryption, context);
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
  await rememberFile(memory, target, factsOfWritten(ciphertext.digest(), named));
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
  const facts = await disk.facts(source);
  if (facts?.kind !== "file") {
    throw new AgeError("not-found", `${source} is not a file`, { path: source });
  }
  await refuseSameFile(source, target, disk);
  const measured = await readAgeFile(disk.stream(source, signal), signal);
  const total = await plaintextSize(measured, facts.size);
  const file = await readAgeFile(disk.stream(source, signal), signal);
  let fileKey: Uint8Array | null = null;
  try {
    ({ fileKey } = await unlock(file, source, keys, "ask", signal));
    const operation = strategy.decrypt(file, fileKey, signal);
    const plaintext = digested(operation.output, (done) => {
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
        confirmUnchanged: () => Promise.resolve(),
      },
      signal,
    );
    return operation.report();
  } finally {
    fileKey?.fill(0);
    await file.close();
  }
}

/** Reads a source to its end, wiping it as it goes, and throws unless it has this digest. */
async function expectDigest(source: Source, digest: string): Promise<void> {
  const readBack = digested(source, () => undefined);
  for await (const piece of readBack.source) piece.fill(0);
  if (readBack.digest() === digest) return;
  throw new AgeError("unverified-candidate", "what was read back is not what was written");
}

/** A file for others only can't be read back; that its bytes are right must do. */
function ignoreNoMatch(error: unknown): void {
  if (error instanceof AgeError && error.code === "no-identity-match") return;
  throw error;
}

/** Writing a file onto itself would destroy it. */
async function refuseSameFile(source: string, target: string, disk: Disk): Promise<void> {
  if ((await disk.realPath(source)) !== (await disk.realPath(target))) return;
  throw new AgeError("already-exists", "the target is the source itself", { path: target });
}

interface Digested {
  readonly source: AsyncIterable<Uint8Array>;
  /** The SHA-256 of what has passed, in hex; to be asked for at the end. */
  readonly digest: () => string;
}

function digested(source: Source, onBytes: (done: number) => void): Digested {
  const hasher = sha256Hasher();
  let hex: string | null = null;
  let done = 0;
  async function* passing(): AsyncGenerator<Uint8Array> {
    for await (const piece of source) {
      hasher.update(piece);
      done += piece.length;
      onBytes(done);
      yield piece;
    }
  }
  return { source: passing(), digest: () => (hex ??= hasher.digest()) };
}
