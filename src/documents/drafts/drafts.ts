import { AgeError } from "../../age/errors";
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
import { hexOf } from "../disk/hiddenNames";
import { inTurn } from "../disk/fileQueues";
import { copyInTurns, zeroInTurns } from "../disk/stretches";
import type { Asking, Keys } from "../questions/keySources";
import { unlock } from "../unlocking/unlock";
import { wipeUnlocked } from "../unlocking/unlocked";

/** Everything that drafts work with. */
export interface DraftContext extends DraftStore, DraftCipher {
  readonly random: (length: number) => Uint8Array;
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
  readonly keys: Keys;
}

/**
 * The drafts of unsaved text, encrypted for whoever can open the version that is edited. They lie
 * in one folder for all windows, one file for each path and window.
 */
export class Drafts {
  /** The work on the drafts of a path, one after another. */
  private readonly queues = new Map<string, Promise<unknown>>();
  private readonly making = new Set<Making>();
  /** The candidates that are being written. */
  private readonly candidates = new Set<string>();
  /** The look for stranded drafts that is under way, and the one after it. */
  private look: Promise<unknown> = Promise.resolve();
  private nextLook: Promise<readonly FoundDraft[]> | null = null;

  constructor(private readonly context: DraftContext) {}

  /**
   * Makes a draft, in the place of this window's earlier one. Those of one path are made one after
   * another, so the last one wins.
   *
   * @param path - the encrypted file.
   * @param base - the digest of the ciphertext that the text was made from.
   * @param content - exactly what a save would encrypt. It stays the caller's, and must not change
   * before this settles.
   * @param session - of {@link newSession}, for a draft that no later one is to replace.
   * @throws AgeError of the disk, the earlier draft being whole then; "dismissed" if the draft was
   * discarded meanwhile; the signal's reason.
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
    const until = AbortSignal.any([entry.stop.signal, ...(signal === undefined ? [] : [signal])]);
    this.making.add(entry);
    try {
      await inTurn(this.queues, path, () => this.makeNow(path, session, base, key, content, until));
    } finally {
      this.making.delete(entry);
    }
  }

  /** Finds the drafts of a file, the newest first. Nothing in them is opened. */
  find(path: string): Promise<readonly FoundDraft[]> {
    return findDrafts(this.context, path);
  }

  /** Finds the drafts of all files, the newest first. */
  all(): Promise<readonly FoundDraft[]> {
    return findDrafts(this.context);
  }

  /**
   * Finds the drafts of windows that are gone whose encrypted files are gone, too. It reads all
   * records, so calls that come while it does share the look after that.
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

  /** Makes a session for drafts that count as those of a window that is gone. */
  newSession(): string {
    return hexOf(this.context.random(16));
  }

  /**
   * Opens a draft with whatever opens the version that it was made from.
   *
   * @returns the content, the caller's to zero.
   * @throws AgeError "invalid-draft" for one that is not what its record says, what `unlock` throws
   * where no key opens the version, and the codes of the format for one that is damaged.
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
        // The version was opened, so this draft is of another one.
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

  /** Tells whether a draft is there still, once what was begun with those of its file is done. */
  isThere(draft: FoundDraft): Promise<boolean> {
    return inTurn(this.queues, draft.record.path, () => isThere(draft, this.context));
  }

  /** Removes a draft, unless another one has taken its place. */
  async discard(draft: FoundDraft): Promise<void> {
    await inTurn(this.queues, draft.record.path, () => removeDraft(draft, this.context));
  }

  /** Removes this window's draft of a file, or one set apart; also one that is being made. */
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
   * Removes what killed windows left half written, and drafts of windows that are gone whose file
   * is gone, too.
   *
   * @param keepDays - how old such a draft gets; 0 keeps it for ever.
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

  /** Encrypts the facts and the content. What it copies of them, it zeroes. */
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
