import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { inProject } from "../../scripts/project.mjs";
import packageJson from "../../package.json";

/** The scheme of decrypted documents, as other extensions get to know it. */
const scheme = packageJson.contributes.resourceLabelFormatters[0]?.scheme;

const manifest = {
  name: "draft-editor",
  publisher: "test",
  version: "1.0.0",
  engines: { vscode: "^1.100.0" },
  main: "./main.js",
  contributes: {
    customEditors: [
      {
        viewType: "test.draft",
        displayName: "Draft",
        selector: [{ filenamePattern: "*.draft" }],
        priority: "option",
      },
    ],
    commands: [
      { command: "test.draft.edit", title: "Draft: Edit As Draft" },
      { command: "test.draft.notebook", title: "Draft: Edit As Notebook" },
      { command: "test.draft.peek", title: "Draft: Peek" },
      { command: "test.draft.idle", title: "Draft: Be Idle" },
      { command: "test.draft.busy", title: "Draft: Be Busy" },
      { command: "test.draft.panel", title: "Draft: Show Panel" },
    ],
  },
};

/**
 * Another extension, with three parts: a custom editor that can be dirty, a page that does not say
 * what it shows, and a reader of files that nobody opened.
 */
const main = `
const vscode = require("vscode");
const changes = new vscode.EventEmitter();
const documents = new Set();
let panels = [];
const show = (document) => {
  for (const { uri, panel } of panels) {
    if (uri.toString() === document.uri.toString()) {
      panel.webview.html = "<pre>" + document.text + "</pre>";
    }
  }
};
const decode = (bytes) => new TextDecoder().decode(bytes);
exports.activate = ({ subscriptions }) => {
  subscriptions.push(
    vscode.window.registerCustomEditorProvider("test.draft", {
      onDidChangeCustomDocument: changes.event,
      async openCustomDocument(uri) {
        const document = { uri, text: decode(await vscode.workspace.fs.readFile(uri)) };
        document.dispose = () => documents.delete(document);
        documents.add(document);
        return document;
      },
      resolveCustomEditor(document, panel) {
        panels.push({ uri: document.uri, panel });
        panel.onDidDispose(() => (panels = panels.filter((one) => one.panel !== panel)));
        show(document);
      },
      async saveCustomDocument(document) {
        await vscode.workspace.fs.writeFile(document.uri, new TextEncoder().encode(document.text));
      },
      saveCustomDocumentAs() {},
      async revertCustomDocument(document) {
        document.text = decode(await vscode.workspace.fs.readFile(document.uri));
        show(document);
      },
      backupCustomDocument: async ({ uri }) => ({ id: uri.toString(), delete() {} }),
    }),
    vscode.commands.registerCommand("test.draft.edit", async () => {
      const { uri } = vscode.window.tabGroups.activeTabGroup.activeTab.input;
      await vscode.commands.executeCommand("vscode.openWith", uri, "test.draft");
      for (const document of documents) {
        document.text += "edited\\n";
        show(document);
        changes.fire({ document, undo() {}, redo() {}, label: "Edit" });
      }
    }),
    vscode.commands.registerCommand("test.draft.notebook", async () => {
      const { uri } = vscode.window.tabGroups.activeTabGroup.activeTab.input;
      await vscode.commands.executeCommand("vscode.openWith", uri, "jupyter-notebook");
      const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, "edited = 1", "python");
      const edit = new vscode.WorkspaceEdit();
      edit.set(uri, [vscode.NotebookEdit.insertCells(0, [cell])]);
      await vscode.workspace.applyEdit(edit);
    }),
    vscode.commands.registerCommand("test.draft.idle", () =>
      vscode.workspace.getConfiguration("cage").update("lock.afterMinutes", 0.02, true),
    ),
    vscode.commands.registerCommand("test.draft.busy", () =>
      vscode.workspace.getConfiguration("cage").update("lock.afterMinutes", 30, true),
    ),
    vscode.commands.registerCommand("test.draft.panel", () => {
      const panel = vscode.window.createWebviewPanel("test.panel", "Panel of Another", {
        viewColumn: 1,
        preserveFocus: true,
      });
      panel.webview.html = "<p>nobody knows</p>";
    }),
    vscode.commands.registerCommand("test.draft.peek", async () => {
      const [folder] = vscode.workspace.workspaceFolders;
      const path = folder.uri.path + "/secrets.yaml.age/secrets.yaml";
      const uri = vscode.Uri.from({ scheme: ${JSON.stringify(scheme)}, path });
      let outcome;
      try {
        outcome = "It reads " + decode(await vscode.workspace.fs.readFile(uri));
      } catch (error) {
        outcome = "It fails with " + error.code;
      }
      vscode.window.showInformationMessage("Peek: " + outcome);
    }),
  );
};
`;

/** Packs the extension. @returns the path of its .vsix. */
export async function packDraftEditor(folder: string): Promise<string> {
  const source = join(folder, "draft-editor");
  await mkdir(source);
  await writeFile(join(source, "package.json"), JSON.stringify(manifest));
  await writeFile(join(source, "main.js"), main);
  await writeFile(join(source, "LICENSE"), "");
  const vsix = join(folder, "draft-editor.vsix");
  await promisify(execFile)(
    process.execPath,
    [
      inProject("node_modules/@vscode/vsce/vsce"),
      ...["package", "--no-dependencies", "--allow-missing-repository", "--skip-license"],
      ...["--out", vsix],
    ],
    { cwd: source },
  );
  return vsix;
}
