// The values of the vscode module, as far as Cage uses them.
import type { Uri } from "../vscode/fakeUri";

export { FileSystemError, Uri } from "../vscode/fakeUri";

/** A position in a text. */
export class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}
}

/** A stretch of a text. */
export class Range {
  constructor(
    readonly start: Position,
    readonly end: Position,
  ) {}
}

/** A glob below a folder. */
export class RelativePattern {
  constructor(
    readonly baseUri: Uri,
    readonly pattern: string,
  ) {}
}

/** Edits of texts. Each replaces a whole text, as Cage's edits do. */
export class WorkspaceEdit {
  readonly replaced: { readonly uri: Uri; readonly text: string }[] = [];

  replace(uri: Uri, _range: Range, text: string): void {
    this.replaced.push({ uri, text });
  }
}

/** Disposes of something, or of several things. */
export class Disposable {
  constructor(readonly dispose: () => void) {}

  static from(...all: readonly { dispose: () => unknown }[]): Disposable {
    return new Disposable(() => {
      for (const one of all) one.dispose();
    });
  }
}

/** Markdown, kept as plain text. */
export class MarkdownString {
  constructor(readonly value = "") {}
}

/** The input of a tab: it names what the tab shows. */
class TabInput {
  constructor(
    readonly uri: unknown,
    readonly viewType = "",
  ) {}
}

export class TabInputText extends TabInput {}
export class TabInputCustom extends TabInput {}
export class TabInputNotebook extends TabInput {}

/** A diff of two texts. */
export class TabInputTextDiff {
  constructor(
    readonly original: Uri,
    readonly modified: Uri,
  ) {}
}

export class TabInputNotebookDiff extends TabInputTextDiff {}

/** A page of an extension. */
export class TabInputWebview {
  constructor(readonly viewType: string) {}
}

/** The enumerations of the vscode module. */
export const enumerations = {
  FileType: { Unknown: 0, File: 1, Directory: 2, SymbolicLink: 64 },
  FileChangeType: { Changed: 1, Created: 2, Deleted: 3 },
  FilePermission: { Readonly: 1 },
  ViewColumn: { Active: -1, Beside: -2, One: 1 },
  StatusBarAlignment: { Left: 1, Right: 2 },
  ProgressLocation: { SourceControl: 1, Window: 10, Notification: 15 },
  ConfigurationTarget: { Global: 1, Workspace: 2, WorkspaceFolder: 3 },
  UIKind: { Desktop: 1, Web: 2 },
  QuickPickItemKind: { Separator: -1, Default: 0 },
  InputBoxValidationSeverity: { Info: 1, Warning: 2, Error: 3 },
};
