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

/** The format of a file: age's binary format, or the same bytes as ASCII armor. */
export type Format = "binary" | "armored";

/** A file whose header has been read. */
export interface AgeFile {
  readonly header: Header;
  readonly format: Format;
  /** The bytes after the header, without armor. They can be read once; that closes the source. */
  readonly payload: AsyncIterable<Uint8Array>;
  /** Closes the source of a file whose payload is not wanted. */
  close(): Promise<void>;
}

/**
 * Reads a file's header, without a key. The content tells the format.
 *
 * @param signal - also ends the reading of the payload.
 * @throws AgeError "not-age", "empty-file", "unsupported-version", "invalid-header" or
 * "invalid-armor". It has closed the source then.
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
 * Unwraps the file key with the first identity that can, and verifies the header with it. The
 * caller wipes the file key.
 *
 * @throws AgeError "no-identity-match" (its facts have the stanza types), "invalid-mac", or what an
 * identity throws. It throws "incorrect-passphrase" only after it has tried all other identities.
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
 * Decrypts a file. Each piece that it yields is verified, but a failure may still follow. Only the
 * end proves that the file was whole.
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
 * Encrypts a file to recipients, under a new file key.
 *
 * @throws AgeError "no-recipients", "incompatible-recipients", or what a recipient throws. It does
 * so before it reads the source.
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
 * Makes the header of a new file, and a new file key, which the caller wipes.
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
 * Computes the exact length of a file's plaintext in bytes, without a key, and closes the file. It
 * does not read a binary file any further. It reads an armored file to its end, since the line
 * endings and the whitespace around the armor may vary.
 *
 * @param fileSize - length of the whole file in bytes.
 * @throws AgeError "corrupt-payload" if no file has this length, or "invalid-armor".
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
 * Lists the types of a header's stanzas. It leaves out grease: stanzas for nobody, which rage adds
 * to keep other programs tolerant.
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

/** The most bytes of a file's beginning that {@link formatByBeginning} needs. */
export const longestBeginning = maxOuterWhitespace + beginLine.length;

/** Tells the format of a file by its first bytes. Returns null if it is not an age file. */
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
