import { basename } from "node:path";
import * as vscode from "vscode";
import type { DiskComparison } from "./diskComparison";
import { reportFailure } from "../failures";
import { revertEditor } from "./revertEditor";
import { unsavedPaths } from "../editorTexts";
import { quoted } from "../wording/foreignText";
import type { Log } from "../log";
import { documentUri } from "../uris";

/** Warns that another program changed a file whose editor holds unsaved text. */
export class ChangedUnderText {
  /** The files whose message is on the screen. */
  private readonly told = new Set<string>();

  constructor(
    private readonly comparison: Pick<DiskComparison, "show">,
    private readonly log: Log,
  ) {}

  /** Warns once until the user answers. The text stays as it is. */
  async tell(path: string): Promise<void> {
    if (this.told.has(path) || !unsavedPaths().includes(path)) return;
    this.told.add(path);
    try {
      const answer = await vscode.window.showWarningMessage(
        `${quoted(basename(path))} was changed on the disk. Your unsaved text stays as it is, and Cage asks before saving it.`,
        "Compare",
        "Reload",
        "Keep",
      );
      if (answer === "Compare") await this.comparison.show(path);
      else if (answer === "Reload") await revertEditor(documentUri(path));
    } catch (error) {
      reportFailure(this.log, "show a change of", path, error);
    } finally {
      this.told.delete(path);
    }
  }
}
