import { strict as assert } from "node:assert";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import type { Format } from "../../src/age/age";
import type { X25519Identity } from "../../src/age/x25519";
import { encrypted, useIdentity } from "./kit";
import type { Suite, TestContext } from "./runner";
import { scheme } from "../../src/vscode/uris";

const { commands, window, workspace } = vscode;

export const suite: Suite = {
  "an edit of ciphertext is taken back": async (test) => {
    const { path, document, bytes, text } = await rawEditor(test, "armored");
    await edit(document, "x");
    await isClean(document, text);
    assert.deepEqual(await readFile(path), bytes);
  },

  "a save right after an edit of ciphertext leaves the file as it was": async (test) => {
    for (const format of ["armored", "binary", "armored with CRLF"] as const) {
      const { path, document, bytes } = await rawEditor(test, format);
      const edited = edit(document, "x");
      await commands.executeCommand("workbench.action.files.save");
      await edited;
      await becomes(async () => (await readFile(path)).equals(bytes) && !document.isDirty, format);
    }
  },

  "a save of ciphertext that nobody edited leaves the file as it was": async (test) => {
    const { path, document, bytes } = await rawEditor(test, "binary");
    await commands.executeCommand("workbench.action.files.save");
    await becomes(async () => (await readFile(path)).equals(bytes) && !document.isDirty);
  },

  "edits of ciphertext that nothing shows are taken back, and the editor in front stays": async (
    test,
  ) => {
    const { path, bytes } = await rawEditor(test, "armored");
    const front = await plainEditor(test);
    const edits = new vscode.WorkspaceEdit();
    edits.insert(vscode.Uri.file(path), new vscode.Position(0, 0), "x");
    edits.insert(front.uri, new vscode.Position(0, 0), "y");
    await workspace.applyEdit(edits);
    const document = await workspace.openTextDocument(path);
    await becomes(() => Promise.resolve(!document.isDirty));
    assert.equal(front.getText(), "yplain\n");
    assert.equal(front.isDirty, true);
    assert.deepEqual(await readFile(path), bytes);
    await front.save();
  },

  "an edit of the right side of a diff is taken back": async (test) => {
    const identity = await useIdentity();
    const path = join(test.folder, "b.yaml.age");
    await encrypted(path, "b: 1\n", identity, "armored");
    const bytes = await readFile(path);
    const front = await plainEditor(test);
    await commands.executeCommand("vscode.diff", front.uri, vscode.Uri.file(path));
    const document = workspace.textDocuments.find(({ uri }) => uri.fsPath === path);
    assert.ok(document);
    await edit(document, "plaintext of the other");
    await commands.executeCommand("workbench.action.files.save");
    await becomes(async () => (await readFile(path)).equals(bytes) && !document.isDirty);
    assert.ok(document.getText().startsWith("-----BEGIN AGE"));
  },

  "what is no age file yet is edited and saved as it is": async (test) => {
    const path = join(test.folder, "new.age");
    await writeFile(path, "");
    const document = await openRaw(test, path);
    await edit(document, "-----BEGIN AGE ENCRYPTED FILE-----\n");
    await edit(document, "YWdl\n");
    await document.save();
    assert.equal(await readFile(path, "utf8"), "YWdl\n-----BEGIN AGE ENCRYPTED FILE-----\n");
  },

  "a name that cage.files adds opens decrypted, unless it is no age file": async (test) => {
    const identity = await useIdentity();
    await useFiles(test, ["*.asc"]);
    const path = join(test.folder, "secret.asc");
    await encrypted(path, "secret: 1\n", identity, "armored");
    await commands.executeCommand("vscode.open", vscode.Uri.file(path));
    test.onEnd(closeAll);
    await becomes(() => Promise.resolve(window.activeTextEditor?.document.uri.scheme === scheme));
    assert.equal(window.activeTextEditor?.document.getText(), "secret: 1\n");
    assert.equal(window.activeTextEditor.document.uri.path, `${path}/secret`);
    await becomes(() => Promise.resolve(tabs().length === 1));
    await commands.executeCommand("cage.openRaw", vscode.Uri.file(path));
    assert.equal(window.activeTextEditor.document.uri.fsPath, path);
    await commands.executeCommand("workbench.action.closeActiveEditor");
    const pgp = join(test.folder, "key.asc");
    await writeFile(pgp, "-----BEGIN PGP PUBLIC KEY BLOCK-----\n");
    await commands.executeCommand("vscode.open", vscode.Uri.file(pgp));
    assert.equal(window.activeTextEditor.document.uri.fsPath, pgp);
  },

  "Open Decrypted refuses a name that is not one of an encrypted file, and asks nothing": async (
    test,
  ) => {
    const identity = await useIdentity();
    const path = join(test.folder, "secret.asc");
    await encrypted(path, "secret: 1\n", identity, "armored");
    // If a question or a document came, the command would wait for it.
    await commands.executeCommand("cage.openDecrypted", vscode.Uri.file(path));
    assert.deepEqual(tabs(), []);
  },

  "nothing is written in plain under the name of an encrypted file": async ({ folder }) => {
    await useIdentity();
    const uri = vscode.Uri.from({ scheme, path: `${folder}/x.yaml.age` });
    const write = Promise.resolve(workspace.fs.writeFile(uri, Buffer.from("secret")));
    await assert.rejects(write, { code: "NoPermissions" });
    for (const path of [`${folder}/x.yaml`, `${folder}/x.yaml.age/x.yaml`]) {
      const elsewhere = workspace.fs.writeFile(uri.with({ path }), Buffer.from("secret"));
      await assert.rejects(Promise.resolve(elsewhere), { code: "NoPermissions" });
    }
    const source = vscode.Uri.from({ scheme, path: `${folder}/a.yaml.age/a.yaml` });
    await encrypted(join(folder, "a.yaml.age"), "a: 1\n", await useIdentity());
    const { fs } = workspace;
    for (const act of [fs.rename(source, uri), fs.copy(source, uri)]) {
      await assert.rejects(Promise.resolve(act), { code: "NoPermissions" });
    }
    await assert.rejects(readFile(join(folder, "x.yaml.age")), { code: "ENOENT" });
  },
};

/** Makes an encrypted file, and shows its ciphertext by Open Raw. */
async function rawEditor(test: TestContext, kind: Format | "armored with CRLF") {
  const identity = await useIdentity();
  const path = join(test.folder, `${kind}.yaml.age`);
  await makeText(path, kind, identity);
  const document = await openRaw(test, path);
  return { path, document, bytes: await readFile(path), text: document.getText() };
}

/** Makes a file; a binary one without NUL bytes, so that VS Code takes it for text. */
async function makeText(
  path: string,
  kind: Format | "armored with CRLF",
  identity: X25519Identity,
): Promise<void> {
  for (let isText = false; !isText;) {
    await encrypted(path, "a: 1\n", identity, kind === "binary" ? "binary" : "armored");
    const bytes = await readFile(path);
    isText = !bytes.includes(0);
    if (kind === "armored with CRLF") {
      await writeFile(
        path,
        bytes.toString("latin1").replaceAll("\n", "\r\n").replace("\r\n", "\n"),
      );
    }
  }
}

async function openRaw(test: TestContext, path: string): Promise<vscode.TextDocument> {
  await commands.executeCommand("cage.openRaw", vscode.Uri.file(path));
  test.onEnd(closeAll);
  const document = window.activeTextEditor?.document;
  assert.equal(document?.uri.fsPath, path);
  return document;
}

async function plainEditor(test: TestContext): Promise<vscode.TextDocument> {
  const path = join(test.folder, "plain.txt");
  await writeFile(path, "plain\n");
  test.onEnd(closeAll);
  return (await window.showTextDocument(vscode.Uri.file(path), { preview: false })).document;
}

async function edit(document: vscode.TextDocument, text: string): Promise<void> {
  const edits = new vscode.WorkspaceEdit();
  edits.insert(document.uri, new vscode.Position(0, 0), text);
  await workspace.applyEdit(edits);
}

async function isClean(document: vscode.TextDocument, text: string): Promise<void> {
  await becomes(() => Promise.resolve(!document.isDirty && document.getText() === text));
}

async function useFiles(test: TestContext, globs: readonly string[]): Promise<void> {
  const set = (value: readonly string[] | undefined): Thenable<void> =>
    workspace.getConfiguration("cage").update("files", value, vscode.ConfigurationTarget.Global);
  await set(globs);
  test.onEnd(() => set(undefined));
}

const tabs = (): readonly vscode.Tab[] => window.tabGroups.all.flatMap((group) => group.tabs);

async function closeAll(): Promise<void> {
  // Closing unsaved text would bring a question, and nobody answers.
  while (tabs().length > 0) {
    await commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  }
}

/** Waits until a condition holds, for 20 s at most. */
async function becomes(holds: () => Promise<boolean>, what = ""): Promise<void> {
  const until = Date.now() + 20_000;
  while (!(await holds())) {
    assert.ok(Date.now() < until, `it never came to hold: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
