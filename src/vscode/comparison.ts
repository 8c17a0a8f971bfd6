import { basename } from "node:path";
import * as vscode from "vscode";
import { openDocument, type DocumentContext } from "../documents/openDocument";
import { plainName } from "../documents/names";
import { Disposable } from "./dispose";
import { quoted } from "./foreignText";
import { documentUri } from "./uris";

/** The scheme of the read-only left side of a comparison. */
const scheme = "cage-disk";

/** Shows the edited text of a document beside what another program wrote to its file. */
export class Comparison extends Disposable implements vscode.TextDocumentContentProvider {
  private readonly texts = new Map<string, string>();
  private readonly changes = this.register(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.changes.event;

  constructor(private readonly context: DocumentContext) {
    super();
    this.register(vscode.workspace.registerTextDocumentContentProvider(scheme, this));
    this.register(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.texts.delete(uri.toString())),
    );
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? "";
  }

  /**
   * Opens the comparison.
   *
   * @param copy - another version of the file, to be shown instead of what is on the disk.
   * @throws AgeError when what is to be shown can't be decrypted.
   */
  async show(path: string, copy?: string): Promise<void> {
    const { plaintext } = await openDocument(copy ?? path, "ask", this.context);
    const right = documentUri(path);
    const left = documentUri(copy ?? path).with({ scheme });
    this.texts.set(left.toString(), new TextDecoder().decode(plaintext));
    plaintext.fill(0);
    // VS Code keeps the text of a comparison that is still open until it is told of another one.
    this.changes.fire(left);
    const name = quoted(plainName(basename(path)));
    await vscode.commands.executeCommand(
      "vscode.diff",
      left,
      right,
      copy === undefined
        ? `${name}: on the disk ↔ your text`
        : `${quoted(plainName(basename(copy)))} ↔ ${name}`,
    );
  }

  /** Closes every comparison, whatever its other side. */
  close(): void {
    const tabs = vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter(
        ({ input }) =>
          (input instanceof vscode.TabInputTextDiff && input.original.scheme === scheme) ||
          (input instanceof vscode.TabInputText && input.uri.scheme === scheme),
      );
    this.texts.clear();
    if (tabs.length > 0) void vscode.window.tabGroups.close(tabs, true);
  }
}
