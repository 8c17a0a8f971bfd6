import * as vscode from "vscode";
import type { SoundVersion } from "../../documents/versions/keptVersions";
import { comparisonUri } from "./diskComparison";
import { Disposable } from "../dispose";
import { allTabs, isTextTabOf } from "../tabs";
import { documentUri } from "../uris";

/** A version of a file that is compared with the present document. */
export interface Compared {
  readonly path: string;
  readonly version: SoundVersion;
}

/** The version that a comparison shows, which the button in its title restores. */
export class ComparedVersion extends Disposable {
  private compared: Compared | null = null;

  constructor() {
    super();
    this.register(
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        const { compared } = this;
        if (compared === null) return;
        const isOf = (tab: vscode.Tab): boolean => isOfVersion(tab, compared.version.path);
        if (closed.some(isOf) && !allTabs().some(isOf)) void this.show(null);
      }),
    );
  }

  /** The version that is compared now; null if no tab shows one. */
  get shown(): Compared | null {
    return this.compared;
  }

  /** Makes the title of the comparison show the button, or hides it for null. */
  async show(compared: Compared | null): Promise<void> {
    this.compared = compared;
    const uris =
      compared === null
        ? []
        : [documentUri(compared.path), comparisonUri(compared.version.path)].map(String);
    await vscode.commands.executeCommand("setContext", "cage.comparedVersions", uris);
  }
}

/** Tells whether a tab shows a version, alone or in a comparison. */
export function isOfVersion(tab: vscode.Tab, path: string): boolean {
  const uri = comparisonUri(path);
  const { input } = tab;
  const isDiff = input instanceof vscode.TabInputTextDiff;
  return isTextTabOf(tab, uri) || (isDiff && input.original.toString() === uri.toString());
}
