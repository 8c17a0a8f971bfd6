import { readAgeFile, stanzaTypes, type Header } from "../age/age";
import { AgeError } from "../age/errors";
import { sha256Hex } from "../age/primitives";
import type { Report } from "../strategies/strategy";
import { rememberedBase } from "./memory/bases";
import { deriveDraftKey, type DraftKey } from "./unlocking/draftKey";
import type { FileFacts } from "./disk/fileFacts";
import { confirmAudience, type Audience } from "./confirmAudience";
import { factsOfWritten, rememberFile } from "./memory/memory";
import {
  type DocumentContext,
  type OpenDocument,
  openVersion,
  readVersion,
  type Version,
} from "./openDocument";
import { readBack, unverified } from "./readBack";
import { replaced, versionOfDigest } from "./disk/replacedVersion";
import { isOfNewVersion, replaceFile, type Replacement } from "./disk/replaceFile";

/** The outcome of a save. */
export type Saved =
  | { readonly kind: "untouched" }
  /** The user gave up the edited text for the version on the disk. */
  | { readonly kind: "reload" }
  | { readonly kind: "written"; readonly document: OpenDocument; readonly report: Report };

/** The condition for writing: "always" only if the user asks for fresh encryption. */
export type Writing = "when changed" | "always";

/**
 * Saves the plaintext of a document. It asks the user first if the file has changed since it was
 * read, or if its recipients would change. ARCHITECTURE.md, "The life of a document", lists the
 * steps in their order.
 *
 * It looks up the real path once, for reading, comparing, claiming and replacing. If another
 * version comes while the save is under way, it starts again with all looks and questions.
 *
 * @param base - the document as it was read; null after a window reload with unsaved text, when
 * only the remembered digest identifies the version that the text was based on.
 * @throws AgeError; the old file is untouched then.
 */
export async function saveDocument(
  path: string,
  plaintext: Uint8Array,
  base: OpenDocument | null,
  writing: Writing,
  context: DocumentContext,
  signal?: AbortSignal,
): Promise<Saved> {
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const target = await context.disk.realPath(path);
    const saved = await saveOnce(path, target, plaintext, base, writing, context, signal);
    if (saved !== null) return saved;
  }
  const change = "saved file";
  throw new AgeError("changed-on-disk", "not saved: the file keeps changing", { path, change });
}

const mostAttempts = 20;

/** Tries to save once. @returns null if another version came while the save was under way. */
async function saveOnce(
  path: string,
  target: string,
  plaintext: Uint8Array,
  base: OpenDocument | null,
  writing: Writing,
  context: DocumentContext,
  signal?: AbortSignal,
): Promise<Saved | null> {
  const current = await readVersion(target, context.disk);
  if (current === null && (await context.disk.entry(target))?.kind === "link") {
    throw new AgeError("already-exists", "its link leads to a file that is gone", { path });
  }
  if (current === null && base === null) {
    throw new AgeError("not-found", "the file does not exist any more", { path });
  }
  const isSamePlaintext = base !== null && sha256Hex(plaintext) === base.plaintext;
  if (writing === "when changed" && isSamePlaintext && current !== null) {
    return { kind: current.hash === base.ciphertext ? "untouched" : "reload" };
  }
  const known = base?.ciphertext ?? rememberedBase(context.bases, path);
  if (current?.hash !== known) {
    const what = current === null ? "deleted" : known === null ? "never read" : "changed";
    const choice = await context.keys.prompts.changedOnDisk(path, what);
    if (choice === "reload") return { kind: "reload" };
    if (choice !== "overwrite") {
      const refusal = `not saved: the file was ${what} on the disk`;
      const facts = { path, isDeclined: true, change: "saved file" } as const;
      throw new AgeError("changed-on-disk", refusal, facts);
    }
  }
  const present = await presentDocument(path, base, current, context, signal);
  const audience = await confirmAudience(present, current, context, signal);
  try {
    return await write(target, plaintext, present, current, audience, writing, context, signal);
  } finally {
    audience.wipe();
  }
}

/** Returns the document of the present version, with which the next readers are compared. */
async function presentDocument(
  path: string,
  base: OpenDocument | null,
  current: Version | null,
  context: DocumentContext,
  signal?: AbortSignal,
): Promise<OpenDocument> {
  if (base !== null && (current === null || base.ciphertext === current.hash)) return base;
  if (current === null) throw new AgeError("not-found", "the file does not exist", { path });
  try {
    const { document, plaintext } = await openVersion(path, current, "ask", context, signal);
    plaintext.fill(0);
    return document;
  } catch (error) {
    // Something else has taken the file's place, and the user has agreed to overwrite it.
    if (base === null || !(error instanceof AgeError) || error.code === "dismissed") throw error;
    return base;
  }
}

async function write(
  target: string,
  plaintext: Uint8Array,
  present: OpenDocument,
  current: Version | null,
  audience: Audience,
  writing: Writing,
  context: DocumentContext,
  signal?: AbortSignal,
): Promise<Saved | null> {
  const { disk, memory, strategyFor, random, keys, versions } = context;
  const { path, format } = present;
  const { bytes: ciphertext, report } = await strategyFor(path).encrypt({
    input: { kind: "memory", bytes: plaintext },
    output: { kind: "memory" },
    format,
    recipients: audience.recipients,
    signal,
  });
  if (ciphertext === null) throw new TypeError("the strategy left the ciphertext elsewhere");
  let draftKey = present.draftKey;
  const replacement: Replacement = {
    content: [ciphertext],
    kind: "ciphertext",
    rightsOf: null,
    replaces: current === null ? null : versionOfDigest(current.hash),
    atMost: current === null ? present.facts.mode & 0o777 : 0o7777,
    random,
    keeper: versions.keeper(writing === "always" ? "re-encryption" : "save"),
    prompts: keys.prompts,
    verify: async (candidate) => {
      const written = await disk.read(candidate);
      const found = await verifyCandidate(written, ciphertext, plaintext, audience, random, signal);
      draftKey = found ?? present.draftKey;
    },
    confirmUnchanged: async () => {
      // A link that now leads elsewhere means another file.
      if ((await disk.realPath(path)) !== target) throw replaced(target);
    },
  };
  let written: FileFacts | null;
  try {
    written = await replaceFile(disk, target, replacement, signal);
  } catch (error) {
    if (isOfNewVersion(error, target)) return null;
    throw error;
  }
  const hash = sha256Hex(ciphertext);
  // The save has succeeded by now. If this fails, the next window may have to ask.
  await rememberFile(memory, path, factsOfWritten(hash, audience.named)).catch(() => undefined);
  const document: OpenDocument = {
    ...present,
    ciphertext: hash,
    plaintext: sha256Hex(plaintext),
    draftKey,
    stanzaTypes: stanzaTypes((await readAgeFile([ciphertext])).header),
    believed: audience.named,
    facts: written ?? present.facts,
  };
  return { kind: "written", document, report };
}

/**
 * Reads the candidate back: its bytes, and its plaintext if a key is at hand.
 *
 * @returns the key of the version's drafts; null if no key is at hand.
 */
async function verifyCandidate(
  candidate: Uint8Array,
  ciphertext: Uint8Array,
  plaintext: Uint8Array,
  { recipients, identities }: Audience,
  random: (length: number) => Uint8Array,
  signal?: AbortSignal,
): Promise<DraftKey | null> {
  if (sha256Hex(candidate) !== sha256Hex(ciphertext))
    throw unverified("other bytes than were written");
  let draftKey: DraftKey | null = null;
  const derive = (fileKey: Uint8Array, header: Header): void => {
    draftKey = deriveDraftKey(fileKey, header, random);
  };
  const decrypted = await readBack(candidate, recipients, identities, signal, derive);
  if (decrypted === null) return null;
  const isSame = sha256Hex(decrypted) === sha256Hex(plaintext);
  decrypted.fill(0);
  if (!isSame) throw unverified("it decrypts to another text");
  return draftKey;
}
