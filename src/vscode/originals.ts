import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import { AgeError } from "../age/errors";
import type { Disk } from "../documents/disk/disk";
import type { FileOutcome } from "../documents/files/fileOutcome";
import { heldIdentity, type HeldIdentity } from "../documents/files/heldIdentity";
import { quoted } from "./wording/foreignText";

/** The fate of an original, as the end of "the original was …". */
export type OriginalFate =
  | "moved to the trash"
  | "deleted"
  | "kept"
  | "kept, since there is no trash here"
  | "kept, since it changed after it was encrypted"
  | "kept, since it is a link"
  | "kept, since none of your identities could read the result back"
  | "kept, since it holds an identity"
  | "kept, since it may hold an identity";

/**
 * Moves the originals of one run to the trash. Each goes as soon as its encrypted copy was compared
 * with it, and only if it is still the version that was encrypted.
 */
export class Originals {
  private readonly fates = new Map<string, OriginalFate>();
  /** The originals for which there was no trash, with the versions that may be deleted. */
  private readonly left: { readonly path: string; readonly version: string }[] = [];

  /** @param identityFiles - the real paths of files known to hold identities. */
  constructor(
    private readonly disk: Disk,
    private readonly identityFiles: ReadonlySet<string> = new Set(),
  ) {}

  /** Finds the fate of an original; null if it was never due to move. */
  fateOf(path: string): OriginalFate | null {
    return this.fates.get(path) ?? null;
  }

  /** Tells whether an original was moved to the trash or deleted. */
  isGone(path: string): boolean {
    const fate = this.fateOf(path);
    return fate === "moved to the trash" || fate === "deleted";
  }

  /** Moves the original of a file that was just encrypted to the trash, or notes why not. */
  async moveToTrash(path: string, { readBack, sourceVersion }: FileOutcome): Promise<void> {
    if (readBack !== "compared") {
      const reason = "kept, since none of your identities could read the result back";
      this.fates.set(path, reason);
      return;
    }
    const reason = await this.reasonToKeep(path, sourceVersion);
    if (reason !== null) {
      this.fates.set(path, reason);
      return;
    }
    try {
      await vscode.workspace.fs.delete(vscode.Uri.file(path), { useTrash: true });
      this.fates.set(path, "moved to the trash");
    } catch {
      // VS Code does not distinguish a missing trash from other failures; the question that follows
      // fits all.
      this.fates.set(path, "kept, since there is no trash here");
      this.left.push({ path, version: sourceVersion });
    }
  }

  /** Asks once whether to delete the originals, on a machine without a trash (a server). */
  async askForTheRest(): Promise<void> {
    const [first] = this.left;
    if (first === undefined) return;
    const isOne = this.left.length === 1;
    const what = isOne ? quoted(first.path) : `${this.left.length} originals`;
    const copies = isOne
      ? "Its encrypted copy is complete and matches the original."
      : "Their encrypted copies are complete and match the originals.";
    const answer = await vscode.window.showWarningMessage(
      `There is no trash on this machine. Delete ${what} for good?`,
      { modal: true, detail: `${copies} Deleting cannot be undone.` },
      "Keep",
      "Delete Permanently",
    );
    if (answer !== "Delete Permanently") return;
    for (const { path, version } of this.left.splice(0)) {
      // The user may have answered long after the question came up.
      const reason = await this.reasonToKeep(path, version);
      if (reason === null) await vscode.workspace.fs.delete(vscode.Uri.file(path));
      this.fates.set(path, reason ?? "deleted");
    }
  }

  /** Writes "2 originals were moved to the trash. 1 original was kept, since …"; "" for none. */
  summary(): string {
    const counts = new Map<OriginalFate, number>();
    for (const fate of this.fates.values()) counts.set(fate, (counts.get(fate) ?? 0) + 1);
    return Array.from(counts, ([fate, count]) =>
      count === 1
        ? `1 original was ${fate}.`
        : `${count} originals were ${fatesOfSeveral[fate] ?? fate}.`,
    ).join(" ");
  }

  private async reasonToKeep(path: string, version: string): Promise<OriginalFate | null> {
    const [folder, facts] = [await this.disk.realPath(dirname(path)), await this.disk.facts(path)];
    // Only the link would go, and the plaintext would stay.
    if ((await this.disk.realPath(path)) !== join(folder, basename(path))) {
      return "kept, since it is a link";
    }
    if (facts?.version !== version) return "kept, since it changed after it was encrypted";
    return this.identityReason(join(folder, basename(path)));
  }

  /**
   * Finds out whether a file may hold an identity. Without it, nothing encrypted for it could be
   * read.
   */
  private async identityReason(real: string): Promise<OriginalFate | null> {
    if (this.identityFiles.has(real)) return "kept, since it holds an identity";
    const held = await heldIdentity(real, this.disk).catch(possibleWhenRefused);
    if (held === null) return null;
    return held === "seen"
      ? "kept, since it holds an identity"
      : "kept, since it may hold an identity";
  }
}

/** The fates that read differently for several files. */
const fatesOfSeveral: Readonly<Partial<Record<OriginalFate, string>>> = {
  "kept, since it changed after it was encrypted":
    "kept, since they changed after they were encrypted",
  "kept, since it is a link": "kept, since they are links",
  "kept, since none of your identities could read the result back":
    "kept, since none of your identities could read the results back",
  "kept, since it holds an identity": "kept, since they hold identities",
  "kept, since it may hold an identity": "kept, since they may hold identities",
};

/** Takes a file that can't be read for one that may hold an identity. */
function possibleWhenRefused(error: unknown): HeldIdentity {
  if (error instanceof AgeError) return "possible";
  throw error;
}
