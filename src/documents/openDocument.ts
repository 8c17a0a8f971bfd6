import { basename } from "node:path";
import { readAgeFile, stanzaTypes, type Format } from "../age/age";
import { AgeError, isDamage } from "../age/errors";
import type { Report, Strategy } from "../strategies/strategy";
import { absenceOf } from "./disk/absence";
import type { AgreedChanges } from "./questions/agreedChanges";
import type { Disk } from "./disk/disk";
import { deriveDraftKey, type DraftKey } from "./unlocking/draftKey";
import { noFileAt, nullWhenRefused } from "./disk/diskFailures";
import type { FileFacts } from "./disk/fileFacts";
import { showOverwrittenVersion } from "./disk/leftovers";
import type { Memory, NamedRecipient } from "./memory/memory";
import { withPayloadDamage } from "../age/payloadDamage";
import { sha256Hex } from "../age/primitives";
import { resolveRecipients, type RecipientSources } from "./recipients/recipients";
import type { Versions } from "./versions/versionStore";
import { withKeyTime } from "./questions/keyTime";
import type { Asking, KeySources } from "./questions/asking";
import { unlock } from "./unlocking/unlock";
import { wipeUnlocked, type UnlockingKey } from "./unlocking/unlocked";

/** The dependencies of documents. */
export interface DocumentContext {
  readonly disk: Disk;
  /** The memory of all windows: recipients, and hashes of ciphertext. */
  readonly memory: Memory;
  /** The memory of this window: the versions that its editors' texts were made from. */
  readonly bases: Memory;
  readonly keys: KeySources;
  /** Returns the strategy chosen for the folder that contains a file. */
  readonly strategyFor: (path: string) => Strategy;
  readonly sources: RecipientSources;
  readonly random: (length: number) => Uint8Array;
  /** The store of replaced versions. */
  readonly versions: Versions;
  /** The changes that the user approved in a run of re-encryptions; absent for a save. */
  readonly agreed?: AgreedChanges;
}

/** An age file as it was last read or written. A save compares the file with it. */
export interface OpenDocument {
  readonly path: string;
  /** The digest of the ciphertext. */
  readonly ciphertext: string;
  /** The digest of the plaintext, which shows whether there is anything to save. */
  readonly plaintext: string;
  readonly format: Format;
  readonly stanzaTypes: readonly string[];
  readonly opener: UnlockingKey;
  /** The key of the version's drafts. If no key was at hand, it is that of the version before. */
  readonly draftKey: DraftKey;
  /** The recipients that the file probably has, for names in questions; null if unknown. */
  readonly believed: readonly NamedRecipient[] | null;
  readonly facts: FileFacts;
}

/** A document, its plaintext, and the report of its decryption. */
export interface Opened {
  readonly document: OpenDocument;
  readonly plaintext: Uint8Array;
  readonly report: Report;
}

/** The largest plaintext, in bytes, that opens as text without a question. */
export const comfortableSize = 50 * 1024 * 1024;
/** Above this many bytes nothing is opened in the editor. */
export const largestSize = 1024 * 1024 * 1024;

/** A file's bytes, with its digest and facts. */
export interface Version {
  readonly bytes: Uint8Array;
  readonly hash: string;
  readonly facts: FileFacts;
}

/**
 * Reads a whole file.
 *
 * @returns null if nothing is at the path.
 * @throws AgeError "not-found" for anything but a file, "too-large", or one of the disk.
 */
export async function readVersion(path: string, disk: Disk): Promise<Version | null> {
  const facts = await disk.facts(path);
  if (facts === null) return null;
  if (facts.kind !== "file") throw noFileAt(path, facts.kind);
  if (facts.size > largestSize * 1.5) throw tooLarge(path);
  const bytes = await disk.read(path);
  return { bytes, hash: sha256Hex(bytes), facts };
}

/**
 * Decrypts an age file for editing. It hands out no plaintext before all of it is verified.
 *
 * @throws AgeError "not-found", "too-large", or an error of `unlock` or of the payload.
 */
export async function openDocument(
  path: string,
  asking: Asking,
  context: DocumentContext,
  signal?: AbortSignal,
): Promise<Opened> {
  const version = await readVersion(path, context.disk);
  if (version === null) throw await absenceOf(path, context.disk);
  try {
    return await openVersion(path, version, asking, context, signal);
  } catch (error) {
    if (!isDamage(error)) throw error;
    const copy = await versionBefore(path, context.disk, signal).catch(nullWhenRefused);
    if (copy === null) throw error;
    const message = `${error.message}; writing it in place was interrupted, and the previous version is in ${basename(copy)}`;
    // An empty file may be turned into a new encrypted one, but not this file.
    const code = error.code === "empty-file" ? "corrupt-payload" : error.code;
    throw new AgeError(code, message, { ...error.facts, path });
  }
}

/** Shows the version that an interrupted write in place left. It waits for a write under way. */
async function versionBefore(
  path: string,
  disk: Disk,
  signal?: AbortSignal,
): Promise<string | null> {
  const target = await disk.realPath(path);
  const release = await disk.claim(target, signal);
  try {
    return await showOverwrittenVersion(disk, target);
  } finally {
    await release();
  }
}

/**
 * Decrypts a version of a file that was read already.
 *
 * @throws AgeError "too-large", or an error of `unlock` or of the payload.
 */
export async function openVersion(
  path: string,
  version: Version,
  asking: Asking,
  context: DocumentContext,
  signal?: AbortSignal,
): Promise<Opened> {
  const file = await readAgeFile([version.bytes], signal);
  const unlocked = await unlock(file, path, context.keys, asking, signal);
  let left: Uint8Array | null = null;
  try {
    const { header, format } = file;
    const { bytes: plaintext, report } = await context.strategyFor(path).decrypt({
      input: { kind: "memory", bytes: version.bytes },
      output: { kind: "memory" },
      header,
      format,
      signal,
      fileKey: unlocked.fileKey,
      unlockedBy: unlocked.unlockedBy,
    });
    if (plaintext === null) throw new TypeError("the strategy left the plaintext elsewhere");
    left = plaintext;
    if (plaintext.length > largestSize) throw tooLarge(path);
    const types = stanzaTypes(file.header);
    const { opener } = unlocked;
    const document: OpenDocument = {
      path,
      ciphertext: version.hash,
      plaintext: sha256Hex(plaintext),
      format: file.format,
      stanzaTypes: types,
      opener,
      draftKey: deriveDraftKey(unlocked.fileKey, header, context.random),
      believed: await believedRecipients(path, types, opener, context.sources, signal),
      facts: version.facts,
    };
    return { document, plaintext, report: withKeyTime(report, unlocked) };
  } catch (error) {
    left?.fill(0);
    const readStart = (length: number) => Promise.resolve(version.bytes.subarray(0, length));
    throw await withPayloadDamage(error, file, unlocked.fileKey, readStart, signal);
  } finally {
    wipeUnlocked(unlocked);
    await file.close();
  }
}

/**
 * Returns the list that applies to the file, if it has as many recipients of each kind as the file.
 */
async function believedRecipients(
  path: string,
  types: readonly string[],
  opener: UnlockingKey,
  sources: RecipientSources,
  signal: AbortSignal | undefined,
): Promise<readonly NamedRecipient[] | null> {
  if (opener.kind === "passphrase") return null;
  // A recipients file with a bad line stops the save, which can tell the user, but not the reading.
  const resolved = await resolveRecipients(path, opener, sources, signal).catch(() => null);
  signal?.throwIfAborted();
  if (resolved === null) return null;
  const listed = resolved.recipients.map(({ type }) => type).sort();
  return listed.join(" ") === [...types].sort().join(" ") ? resolved.named : null;
}

function tooLarge(path: string): AgeError {
  return new AgeError("too-large", "the file is too large for the editor (1 GiB at most)", {
    path,
  });
}
