import type * as vscode from "vscode";
import type { FoundDraft } from "../../documents/drafts/draftStore";
import type { Drafts } from "../../documents/drafts/drafts";
import type { Asking } from "../../documents/questions/asking";
import { comparisonUri, type DiskComparison } from "../editor/diskComparison";
import { draftTitle } from "../wording/draftText";

/** Shows drafts beside files. */
export class DraftComparison {
  constructor(
    private readonly drafts: Drafts,
    private readonly comparison: DiskComparison,
  ) {}

  /** Finds the drafts of a file, the newest first. */
  of(path: string): Promise<readonly FoundDraft[]> {
    return this.drafts.find(path);
  }

  /** Shows the file of the disk beside the text in its editor. */
  withFile(path: string): Promise<void> {
    return this.comparison.show(path);
  }

  /** Shows a draft whose file is gone. @throws AgeError if it can't be opened. */
  async alone(draft: FoundDraft, asking: Asking): Promise<void> {
    const uri = draftUri(draft.record.path);
    await this.comparison.presentAlone(uri, (signal) => this.drafts.open(draft, asking, signal));
  }

  /** Shows a draft beside the document. @throws AgeError if it can't be opened. */
  async ofDraft(path: string, draft: FoundDraft, asking: Asking): Promise<void> {
    const title = draftTitle(path, new Date(draft.record.made));
    await this.comparison.present(path, { uri: draftUri(path), age: "later", title }, (signal) =>
      this.drafts.open(draft, asking, signal),
    );
  }
}

function draftUri(path: string): vscode.Uri {
  return comparisonUri(path).with({ query: "draft" });
}
