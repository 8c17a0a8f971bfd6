import {
  beginLine,
  decodeArmor,
  encodeArmor,
  leadingWhitespace,
  maxOuterWhitespace,
} from "./armor";
import { startsWith } from "./bytes";
import { AgeError } from "./errors";
import {
  createHeader,
  fileKeySize,
  type Header,
  intro,
  readHeader,
  type Stanza,
  verifyHeaderMac,
} from "./header";
import { notAge } from "./notAge";
import { openPayload, payloadNonceSize, payloadPlaintextSize, sealPayload } from "./payload";
import { randomBytes } from "./primitives";
import type { Identity, Recipient } from "./identity";
import { scryptType, soleScryptStanza } from "./scrypt";
import { collect, type Source, SourceReader } from "./source";
import { Turns } from "./turns";

export { collect, openPayload };
export type { Header, Source, Stanza };

/** The format of a file: the bytes of age's binary format, or these as ASCII armor. */
export type Format = "binary" | "armored";

/** A file whose header has been read. */
export interface AgeFile {
  readonly header: Header;
  readonly format: Format;
  /** The bytes after the header, decoded from armor; to be read once. Reading closes the source. */
  readonly payload: AsyncIterable<Uint8Array>;
  /** Closes the source of a file whose payload is not wanted. */
  close(): Promise<void>;
}

/**
 * Reads a file's header, without a key. The format is found by the content.
 *
 * @param signal - ends the reading of the payload as well.
 * @throws AgeError "not-age", "unsupported-version", "invalid-header" or "invalid-armor"; the
 * source is closed then.
 */
export async function readAgeFile(source: Source, signal?: AbortSignal): Promise<AgeFile> {
  let reader = new SourceReader(source, signal);
  try {
    const format = await findFormat(reader);
    if (format === "armored") reader = new SourceReader(decodeArmor(reader));
    const header = await readHeader(reader, signal);
    const payload = reader;
    const close = async (): Promise<void> => {
      await payload.return();
    };
    return { header, format, payload, close };
  } catch (error) {
    await reader.return();
    throw error;
  }
}

/**
 * Unwraps the file key with the first identity that can, and verifies the header with it. The file
 * key is the caller's to wipe.
 *
 * @throws AgeError "no-identity-match" (with the facts' stanza types), "invalid-mac", or what an
 * identity throws. An incorrect passphrase is thrown only after all other identities were tried.
 */
export async function unwrapFileKey(
  header: Header,
  identities: readonly Identity[],
  signal?: AbortSignal,
): Promise<{ fileKey: Uint8Array; identity: Identity }> {
  soleScryptStanza(header.stanzas);
  let incorrectPassphrase: AgeError | null = null;
  const turns = new Turns(8);
  for (const identity of identities) {
    signal?.throwIfAborted();
    const pause = turns.step(signal);
    if (pause !== null) await pause;
    try {
      const fileKey = await identity.unwrapFileKey(header.stanzas, signal);
      if (fileKey === null) continue;
      verifyFileKey(header, fileKey);
      return { fileKey, identity };
    } catch (error) {
      if (!(error instanceof AgeError) || error.code !== "incorrect-passphrase") throw error;
      incorrectPassphrase ??= error;
    }
  }
  if (incorrectPassphrase !== null) throw incorrectPassphrase;
  throw new AgeError("no-identity-match", "no identity matches a recipient of the file", {
    stanzaTypes: stanzaTypes(header),
  });
}

/**
 * Decrypts a file. What it hands out has been verified, but may be followed by a failure: only its
 * end says that the file was whole.
 *
 * @throws AgeError as {@link readAgeFile}, {@link unwrapFileKey} and {@link openPayload} do.
 */
export async function* decrypt(
  source: Source,
  identities: readonly Identity[],
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const file = await readAgeFile(source, signal);
  let fileKey: Uint8Array | undefined;
  try {
    ({ fileKey } = await unwrapFileKey(file.header, identities, signal));
    yield* openPayload(fileKey, file.payload, signal);
  } finally {
    fileKey?.fill(0);
    await file.close();
  }
}

/**
 * Encrypts a file to recipients, with a file key of its own.
 *
 * @throws AgeError "no-recipients", "incompatible-recipients", or what a recipient throws; before
 * anything is read.
 */
export async function* encrypt(
  source: Source,
  recipients: readonly Recipient[],
  format: Format,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const file = encryptBinary(source, recipients, signal);
  yield* format === "armored" ? encodeArmor(file) : file;
}

/**
 * Makes the header of a new file, with a file key of its own, which is the caller's to wipe.
 *
 * @throws AgeError "no-recipients", "incompatible-recipients", or what a recipient throws.
 */
export async function newHeader(
  recipients: readonly Recipient[],
  signal?: AbortSignal,
): Promise<{ readonly header: Header; readonly fileKey: Uint8Array }> {
  const fileKey = randomBytes(fileKeySize);
  try {
    const stanzas = await wrapFileKey(fileKey, recipients, signal);
    return { header: createHeader(stanzas, fileKey), fileKey };
  } catch (error) {
    fileKey.fill(0);
    throw error;
  }
}

/**
 * The exact length of a file's plaintext, without a key. It closes the file. A binary file is not
 * read any further; an armored one is, to its end, since its line endings and the whitespace around
 * it may vary.
 *
 * @param fileSize - length of the whole file in bytes.
 * @throws AgeError "corrupt-payload" if no file has this length, "invalid-armor".
 */
export async function plaintextSize(file: AgeFile, fileSize: number): Promise<number> {
  try {
    if (file.format === "binary") return payloadPlaintextSize(fileSize - file.header.bytes.length);
    let payloadSize = 0;
    for await (const piece of file.payload) payloadSize += piece.length;
    return payloadPlaintextSize(payloadSize);
  } finally {
    await file.close();
  }
}

/**
 * The types of a header's stanzas. Grease is left out: stanzas for nobody, which rage adds to keep
 * other programs tolerant.
 */
export function stanzaTypes(header: Header): readonly string[] {
  return header.stanzas.map(({ type }) => type).filter((type) => !type.endsWith("-grease"));
}

async function* encryptBinary(
  source: Source,
  recipients: readonly Recipient[],
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const reader = new SourceReader(source, signal);
  let fileKey: Uint8Array | undefined;
  try {
    const created = await newHeader(recipients, signal);
    ({ fileKey } = created);
    yield created.header.bytes;
    yield* sealPayload(fileKey, randomBytes(payloadNonceSize), reader, signal);
  } finally {
    fileKey?.fill(0);
    await reader.return();
  }
}

async function wrapFileKey(
  fileKey: Uint8Array,
  recipients: readonly Recipient[],
  signal: AbortSignal | undefined,
): Promise<readonly Stanza[]> {
  if (recipients.length === 0) throw new AgeError("no-recipients", "there is no recipient");
  if (recipients.length > 1 && recipients.some(({ type }) => type === scryptType)) {
    throw new AgeError("incompatible-recipients", "a passphrase must be the only recipient");
  }
  const stanzas: Stanza[] = [];
  const turns = new Turns(8);
  for (const recipient of recipients) {
    signal?.throwIfAborted();
    const pause = turns.step(signal);
    if (pause !== null) await pause;
    stanzas.push(...(await recipient.wrapFileKey(fileKey)));
  }
  if (stanzas.length === 0) throw new AgeError("no-recipients", "no recipient made a stanza");
  return stanzas;
}

function verifyFileKey(header: Header, fileKey: Uint8Array): void {
  if (fileKey.length === fileKeySize && verifyHeaderMac(header, fileKey)) return;
  fileKey.fill(0);
  throw new AgeError("invalid-mac", "the MAC of the header is wrong");
}

/** The number of bytes at a file's beginning that tell its format. */
export const longestBeginning = maxOuterWhitespace + beginLine.length;

/** Tells the format of a file by its first bytes; null if they are not those of an age file. */
export function formatByBeginning(start: Uint8Array): Format | null {
  if (startsWith(start, intro)) return "binary";
  return startsWith(start.subarray(leadingWhitespace(start)), beginLine) ? "armored" : null;
}

async function findFormat(reader: SourceReader): Promise<Format> {
  const start = await reader.take(longestBeginning);
  reader.unread(start);
  const format = formatByBeginning(start);
  if (format !== null) return format;
  if (start.length === 0) throw new AgeError("empty-file", "the file is empty");
  throw notAge(start);
}
