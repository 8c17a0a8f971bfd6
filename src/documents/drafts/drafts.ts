import { anySignal } from "../../age/anySignal";
import { hexOf } from "../../age/bytes";
import { AgeError } from "../../age/errors";
import { copyInTurns, zeroInTurns } from "../../age/stretches";
import type { DraftCipher } from "./draftCipher";
import {
  contentAfterFacts,
  encodeFacts,
  encodeHead,
  invalidDraft,
  keyPartsOf,
  type DraftFacts,
} from "./draftFile";
import { draftIdentity, type DraftKey } from "../unlocking/draftKey";
import { ignoreFailure } from "../disk/diskFailures";
import { draftPath } from "./draftNames";
import {
  findDrafts,
  isThere,
  readDraft,
  removeDraft,
  writeDraft,
  type DraftStore,
  type FoundDraft,
} from "./draftStore";
import { sweepDrafts } from "./draftSweep";
import { strandedDrafts } from "./strandedDrafts";
import { inTurn } from "../disk/fileQueues";
import type { Asking, KeySources } from "../questions/asking";
import { unlock } from "../unlocking/unlock";
import { wipeUnlocked } from "../unlocking/unlocked";

/** The dependencies of drafts. */
export interface DraftContext extends DraftStore, DraftCipher {
  readonly random: (length: number) => Uint8Array;
  /** Returns the time, in milliseconds since 1970. */
  readonly now: () => number;
  readonly keys: KeySources;
}

/**
 * The drafts of unsaved text. Every key that opens the edited version opens its drafts. They lie in
 * one folder for all windows, one file for each path and window.
 */
export class Drafts {
  /** The work on the drafts of each path, one after another. */
  private readonly queues = new Map<string, Promise<unknown>>();
  private readonly making = new Set<Making>();
  /** The candidates that are being written. */
  private readonly candidates = new Set<string>();
  /** The search for stranded drafts that is under way, and the one after it. */
  private look: Promise<unknown> = Promise.resolve();
  private nextLook: Promise<readonly FoundDraft[]> | null = null;

  constructor(private readonly context: DraftContext) {}

  /**
   * Makes a draft, in the place of this window's earlier one. Drafts of one path are made one after
   * another, so the last one wins.
   *
   * @param path - the encrypted file.
   * @param base - the digest of the ciphertext that the text was made from.
   * @param content - exactly what a save would encrypt. The caller keeps it, and must not change it
   * before this settles.
   * @param session - from {@link newSession}, for a draft that no later one may replace.
   * @throws AgeError of the disk (the earlier draft is whole then), "dismissed" if the draft was
   * discarded meanwhile, or the signal's reason.
   */
  async make(
    path: string,
    base: string,
    key: DraftKey,
    content: Uint8Array,
    session = this.context.session,
    signal?: AbortSignal,
  ): Promise<void> {
    const entry = { path, session, stop: new AbortController() };
    const until = anySignal(entry.stop.signal, signal);
    this.making.add(entry);
    try {
      await inTurn(this.queues, path, () => this.makeNow(path, session, base, key, content, until));
    } finally {
      this.making.delete(entry);
    }
  }

  /** Finds the drafts of a file, the newest first. It opens none of them. */
  find(path: string): Promise<readonly FoundDraft[]> {
    return findDrafts(this.context, path);
  }

  /** Finds the drafts of all files, the newest first. */
  all(): Promise<readonly FoundDraft[]> {
    return findDrafts(this.context);
  }

  /**
   * Finds the drafts whose window and encrypted file are both gone. It reads all records, so calls
   * during a search share the next one.
   */
  stranded(): Promise<readonly FoundDraft[]> {
    this.nextLook ??= this.look.then(() => {
      this.nextLook = null;
      const found = strandedDrafts(this.context);
      this.look = found.catch(ignoreFailure);
      return found;
    });
    return this.nextLook;
  }

  /** Makes a session for a draft that is to count as one of a window that is gone. */
  newSession(): string {
    return hexOf(this.context.random(16));
  }

  /**
   * Opens a draft with a key that opens the version that the draft was made from.
   *
   * @returns the content, which the caller zeroes.
   * @throws AgeError "invalid-draft" if the draft does not match its record, the errors of `unlock`
   * if no key opens the version, and those of the format for a damaged draft.
   */
  async open(draft: FoundDraft, asking: Asking, signal?: AbortSignal): Promise<Uint8Array> {
    const { record, ageFile } = await readDraft(draft, this.context, signal);
    const { salt, header } = keyPartsOf(record);
    const unlocked = await unlock({ header }, record.path, this.context.keys, asking, signal);
    let identity;
    try {
      identity = draftIdentity(unlocked.fileKey, salt);
    } finally {
      wipeUnlocked(unlocked);
    }
    let plaintext;
    try {
      plaintext = await this.context.decrypt(ageFile, identity, signal).catch((error: unknown) => {
        // A key opened the version, so the draft belongs to another one.
        throw isNoMatch(error) ? invalidDraft(record.path) : error;
      });
    } finally {
      identity.wipe();
    }
    try {
      signal?.throwIfAborted();
      return contentAfterFacts(plaintext, record);
    } catch (error) {
      await zeroInTurns(plaintext);
      throw error;
    }
  }

  /** Tells whether a draft still exists, after the work already begun on the drafts of its file. */
  isThere(draft: FoundDraft): Promise<boolean> {
    return inTurn(this.queues, draft.record.path, () => isThere(draft, this.context));
  }

  /** Removes a draft, unless another one has taken its place. */
  async discard(draft: FoundDraft): Promise<void> {
    await inTurn(this.queues, draft.record.path, () => removeDraft(draft, this.context));
  }

  /** Removes this window's draft of a file, or one set apart, even while it is being made. */
  async discardOwn(path: string, session = this.context.session): Promise<void> {
    for (const making of this.making) {
      if (making.path === path && making.session === session) making.stop.abort(discarded(path));
    }
    const { disk, folder } = this.context;
    const file = draftPath(folder, path, session);
    await inTurn(this.queues, path, async () => {
      const found = await disk.entry(file);
      if (found?.kind === "file") await disk.remove(file);
    });
  }

  /**
   * Removes half-written files of killed windows, and expired drafts whose window and encrypted
   * file are both gone.
   *
   * @param keepDays - the days after which such a draft expires; 0 keeps it for ever.
   * @returns the drafts that stay although their files are gone.
   */
  sweep(keepDays: number): Promise<readonly FoundDraft[]> {
    return sweepDrafts(this.context, keepDays, this.candidates);
  }

  private async makeNow(
    path: string,
    session: string,
    base: string,
    key: DraftKey,
    content: Uint8Array,
    signal: AbortSignal,
  ): Promise<void> {
    signal.throwIfAborted();
    const { now, home, processes } = this.context;
    const facts: DraftFacts = { path, base, made: Math.max(0, Math.floor(now())), session };
    const { pid, start } = processes;
    const head = encodeHead({ ...facts, home, pid, start }, key);
    const ageFile = await this.sealed(facts, key, content, signal);
    const file = draftPath(this.context.folder, path, session);
    await writeDraft(file, [head, ageFile], this.context, this.candidates, signal);
  }

  /** Encrypts the facts and the content, and zeroes its own copy of them. */
  private async sealed(
    facts: DraftFacts,
    { recipient }: DraftKey,
    content: Uint8Array,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const first = encodeFacts(facts);
    const plaintext = new Uint8Array(first.length + content.length);
    plaintext.set(first);
    try {
      await copyInTurns(content, plaintext.subarray(first.length));
      signal.throwIfAborted();
      return await this.context.encrypt(plaintext, recipient, signal);
    } finally {
      await zeroInTurns(plaintext);
    }
  }
}

/** A draft that is being made. */
interface Making {
  readonly path: string;
  readonly session: string;
  readonly stop: AbortController;
}

function isNoMatch(error: unknown): boolean {
  return error instanceof AgeError && error.code === "no-identity-match";
}

function discarded(path: string): AgeError {
  return new AgeError("dismissed", "the draft was discarded meanwhile", { path });
}
