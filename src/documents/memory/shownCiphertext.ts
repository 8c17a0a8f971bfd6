import { AgeError } from "../../age/errors";
import { equalInConstantTime, sha256Hex } from "../../age/primitives";
import { beginsAgeFile } from "../disk/ciphertext";
import type { Disk } from "../disk/disk";
import { inTurn } from "../disk/fileQueues";

/** The number of texts remembered for each file: a save is never further behind the typing. */
const mostEdits = 50;

/** The number of versions remembered by their digests, over all files. */
const mostLearned = 1000;

/** A text that an editor may write over a file. */
export interface Edit {
  readonly text: string;
  readonly encoding: string;
}

/** The actions that guard encrypted files, besides reading them. */
export interface GuardActions {
  /** Encodes a text as the editor would save it. */
  readonly encode: (edit: Edit) => Promise<Uint8Array>;
  /** Puts a version back, but only if the file still holds `found`. */
  readonly putBack: (path: string, version: Uint8Array, found: Uint8Array) => Promise<void>;
}

/** The state of a file after a look at it. */
export interface Look {
  /** The encrypted file as another program left it; null if it is not an age file. */
  readonly version: Uint8Array | null;
  /**
   * True if an editor had written its text over the file and this look has put the version back.
   */
  readonly isPutBack: boolean;
}

/**
 * The memory of the encrypted files that text editors show, so that a text saved over one can be
 * undone. Versions that other programs write are learned. They are never undone, even if they come
 * back.
 */
export class ShownCiphertext {
  private readonly versions = new Map<string, Uint8Array>();
  private readonly edits = new Map<string, readonly Edit[]>();
  /** The paths and digests of the versions seen on the disk, the latest at the end. */
  private readonly learned = new Set<string>();
  /**
   * The bytes found in the place of a version that only memory still has. An entry stays until the
   * version is put back.
   */
  private readonly owed = new Map<string, Uint8Array>();
  /** The files to forget as soon as no version of them is owed. */
  private readonly closed = new Set<string>();
  private readonly looks = new Map<string, Promise<unknown>>();

  constructor(
    private readonly disk: Pick<Disk, "read">,
    private readonly actions: GuardActions,
  ) {}

  /**
   * Remembers a text that the editor may save from now on. It forgets the oldest beyond the limit.
   */
  addEdit(path: string, edit: Edit): void {
    this.closed.delete(path);
    this.edits.set(path, [...(this.edits.get(path) ?? []).slice(1 - mostEdits), edit]);
  }

  /**
   * Looks at the disk, after all earlier looks. It learns a new version, or undoes an edit's save.
   *
   * @throws the error of the write, if putting back fails. The version stays remembered for the
   * next look.
   */
  look(path: string): Promise<Look> {
    return inTurn(this.looks, path, async () => {
      const look = await this.compare(path);
      this.forgetClosed(path);
      return look;
    });
  }

  /**
   * Forgets a file that no editor shows any more, after all earlier looks. It waits while the
   * file's version has yet to be put back.
   */
  close(path: string): Promise<void> {
    this.closed.add(path);
    return inTurn(this.looks, path, () => {
      this.forgetClosed(path);
      return Promise.resolve();
    });
  }

  /** Forgets a file that the user edits anyway. */
  forget(path: string): void {
    this.drop(path);
    this.closed.delete(path);
  }

  private drop(path: string): void {
    this.owed.delete(path);
    this.versions.delete(path);
    this.edits.delete(path);
  }

  private forgetClosed(path: string): void {
    if (this.closed.has(path) && !this.owed.has(path)) this.forget(path);
  }

  private async compare(path: string): Promise<Look> {
    const known = this.versions.get(path) ?? null;
    const found = await this.disk.read(path).catch((error: unknown) => {
      // The only copy stays although the file can't be read for a moment.
      if (error instanceof AgeError && !this.owed.has(path)) return null;
      throw error;
    });
    if (known !== null && found !== null) {
      if (equalInConstantTime(known, found)) {
        this.owed.delete(path);
        return { version: known, isPutBack: false };
      }
      const part = await this.partOfEdit(found, path);
      // The editor is still writing: the look after its save finds the whole.
      if (part === "a part") return { version: known, isPutBack: false };
      if (part === "all") {
        this.owed.set(path, found);
        await this.actions.putBack(path, known, found);
        this.owed.delete(path);
        return { version: known, isPutBack: true };
      }
    }
    this.drop(path);
    if (found === null || !beginsAgeFile(found)) return { version: null, isPutBack: false };
    this.versions.set(path, found);
    this.learn(path, found);
    return { version: found, isPutBack: false };
  }

  private learn(path: string, version: Uint8Array): void {
    const key = learnedKey(path, version);
    // A version that comes back is one of the latest again.
    this.learned.delete(key);
    this.learned.add(key);
    for (const oldest of this.learned) {
      if (this.learned.size <= mostLearned) return;
      this.learned.delete(oldest);
    }
  }

  private async partOfEdit(found: Uint8Array, path: string): Promise<"all" | "a part" | "none"> {
    if (this.learned.has(learnedKey(path, found))) return "none";
    const owed = this.owed.get(path);
    // The edit itself may have been dropped to make room for later ones.
    if (owed !== undefined && equalInConstantTime(owed, found)) return "all";
    let part: "a part" | "none" = "none";
    for (const edit of this.edits.get(path) ?? []) {
      const bytes = await this.actions.encode(edit);
      if (equalInConstantTime(bytes, found)) return "all";
      if (equalInConstantTime(bytes.subarray(0, found.length), found)) part = "a part";
    }
    return part;
  }
}

function learnedKey(path: string, version: Uint8Array): string {
  return `${sha256Hex(version)} ${path}`;
}
