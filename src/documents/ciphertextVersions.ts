import { AgeError } from "../age/errors";
import { beginsAgeFile } from "./ciphertext";
import { digest } from "./digest";
import type { Disk } from "./disk";

/** The number of texts remembered for a file: a save is never further behind the typing. */
const mostDrafts = 50;

/** A text that an editor may write over a file. */
export interface Draft {
  readonly text: string;
  readonly encoding: string;
}

/** The effects that looking after encrypted files has, besides reading them. */
export interface Undoing {
  /** Encodes a text as the editor saves it. */
  readonly encode: (draft: Draft) => Promise<Uint8Array>;
  /** Puts a version back in the place of what was found, and of nothing else. */
  readonly putBack: (path: string, version: Uint8Array, found: Uint8Array) => Promise<void>;
}

/** The state of a file after a look at it. */
export interface Look {
  /** The encrypted file as another program left it; null if it is no age file. */
  readonly version: Uint8Array | null;
  /** Tells that an editor had written its text over the file, which is back now. */
  readonly isPutBack: boolean;
}

/**
 * Remembers encrypted files whose text editors show, so that what an editor saves over one can be
 * undone. Versions that others write are learned and never undone.
 */
export class CiphertextVersions {
  private readonly versions = new Map<string, Uint8Array>();
  private readonly drafts = new Map<string, readonly Draft[]>();
  private readonly looks = new Map<string, Promise<unknown>>();

  constructor(
    private readonly disk: Pick<Disk, "read">,
    private readonly undoing: Undoing,
  ) {}

  /** Remembers a text that the editor may save from now on. */
  addDraft(path: string, draft: Draft): void {
    this.drafts.set(path, [...(this.drafts.get(path) ?? []).slice(1 - mostDrafts), draft]);
  }

  /**
   * Looks at the disk, after all looks before. It learns a new version, or undoes a draft's save.
   *
   * @throws what the writing throws. The version is still remembered then, for the next look.
   */
  look(path: string): Promise<Look> {
    const look = (this.looks.get(path) ?? Promise.resolve()).then(() => this.compare(path));
    // A look that fails must not stop the next one.
    this.looks.set(
      path,
      look.catch(() => null),
    );
    return look;
  }

  /** Forgets a file that no editor shows, or that the user edits anyway. */
  forget(path: string): void {
    this.versions.delete(path);
    this.drafts.delete(path);
  }

  private async compare(path: string): Promise<Look> {
    const known = this.versions.get(path) ?? null;
    const found = await this.disk.read(path).catch((error: unknown) => {
      if (error instanceof AgeError) return null;
      throw error;
    });
    if (known !== null && found !== null) {
      if (isSame(known, found)) return { version: known, isPutBack: false };
      const part = await this.partOfDraft(found, path);
      // The editor is still writing: the look after its save finds the whole.
      if (part === "a part") return { version: known, isPutBack: false };
      if (part === "all") {
        await this.undoing.putBack(path, known, found);
        return { version: known, isPutBack: true };
      }
    }
    this.forget(path);
    if (found === null || !beginsAgeFile(found)) return { version: null, isPutBack: false };
    this.versions.set(path, found);
    return { version: found, isPutBack: false };
  }

  private async partOfDraft(found: Uint8Array, path: string): Promise<"all" | "a part" | "none"> {
    let part: "a part" | "none" = "none";
    for (const draft of this.drafts.get(path) ?? []) {
      const bytes = await this.undoing.encode(draft);
      if (isSame(bytes, found)) return "all";
      if (isSame(bytes.subarray(0, found.length), found)) part = "a part";
    }
    return part;
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && digest(a) === digest(b);
}
