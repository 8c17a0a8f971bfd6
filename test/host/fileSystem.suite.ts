import { strict as assert } from "node:assert";
import { readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { X25519Identity } from "../../src/age/x25519";
import { textDigest, versionDigest } from "../../src/documents/memory/editorText";
import { decrypted, encrypted, isGone, openAsUser, textBecomes, useIdentity } from "./kit";
import type { Suite } from "./runner";
import { scheme } from "../../src/vscode/uris";

const { fs } = vscode.workspace;

export const suite: Suite = {
  "stat tells the plaintext's size and needs no key": async ({ folder }) => {
    await useIdentity();
    for (const size of [0, 1, 65535, 65536, 65537, 131072]) {
      for (const format of ["binary", "armored"] as const) {
        const stranger = X25519Identity.generate();
        const path = join(folder, `${size}.${format}.txt.age`);
        const uri = await encrypted(path, new Uint8Array(size), stranger, format);
        assert.equal((await fs.stat(uri)).size, size, path);
        assert.equal((await fs.stat(uri)).type, vscode.FileType.File);
      }
    }
  },

  "an encrypted file reads as a folder with one entry": async ({ folder }) => {
    const identity = await useIdentity();
    const uri = await encrypted(join(folder, "a.yaml.age"), "a: 1\n", identity);
    const parent = vscode.Uri.joinPath(uri, "..");
    assert.deepEqual(await fs.readDirectory(parent), [["a.yaml", vscode.FileType.File]]);
    assert.equal((await fs.stat(parent)).type, vscode.FileType.Directory);
    assert.deepEqual(await fs.readDirectory(vscode.Uri.joinPath(parent, "..")), [
      ["a.yaml.age", vscode.FileType.Directory],
    ]);
  },

  "bytes are read and written exactly, with armor, mode and symbolic link kept": async (test) => {
    const { folder } = test;
    const identity = await useIdentity();
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256);
    const real = join(folder, "real.bin.age");
    await encrypted(real, bytes, identity, "armored");
    const link = join(folder, "data.bin.age");
    await symlink(real, link);
    const uri = vscode.Uri.file(link).with({ scheme, path: `${link}/data.bin` });
    await openAsUser(test, link);
    // By the time this copy is compared, Cage has zeroed its own.
    const read = await fs.readFile(uri);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(new Uint8Array(read), bytes);
    const next = bytes.toReversed();
    await fs.writeFile(uri, next);
    assert.deepEqual(await decrypted(real, identity), next);
    assert.match(await readFile(real, "latin1"), /^-----BEGIN AGE/);
    const before = await readFile(real);
    await fs.writeFile(uri, next);
    assert.deepEqual(await readFile(real), before);
  },

  "errors are what VS Code can tell apart": async (test) => {
    const { folder } = test;
    const identity = await useIdentity();
    const stranger = X25519Identity.generate();
    const missing = vscode.Uri.file(join(folder, "no.yaml.age")).with({
      scheme,
      path: `${folder}/no.yaml.age/no.yaml`,
    });
    await rejects(fs.stat(missing), "FileNotFound");
    await rejects(fs.readFile(missing), "FileNotFound");
    const theirs = await encrypted(join(folder, "theirs.yaml.age"), "a: 1\n", stranger);
    await rejects(fs.readFile(theirs), "NoPermissions");
    const damaged = await encrypted(join(folder, "cut.yaml.age"), "a: 1\n", identity);
    await openAsUser(test, join(folder, "cut.yaml.age"));
    const whole = await readFile(join(folder, "cut.yaml.age"));
    await writeFile(join(folder, "cut.yaml.age"), whole.subarray(0, -1));
    await rejects(fs.readFile(damaged), "Unavailable");
    await writeFile(join(folder, "cut.yaml.age"), "plain: text\n");
    await rejects(fs.readFile(damaged), "Unavailable");
    const plain = vscode.Uri.from({ scheme, path: `${folder}/plain.yaml` });
    await rejects(fs.writeFile(plain, new Uint8Array()), "NoPermissions");
  },

  "rename, copy and delete work on the encrypted file": async ({ folder }) => {
    const identity = await useIdentity();
    const at = (name: string): vscode.Uri =>
      vscode.Uri.from({ scheme, path: `${folder}/${name}.age/${name}` });
    await encrypted(join(folder, "a.yaml.age"), "a: 1\n", identity);
    await fs.rename(at("a.yaml"), at("b.yaml"));
    await rejects(fs.stat(at("a.yaml")), "FileNotFound");
    await fs.copy(at("b.yaml"), at("c.yaml"));
    await rejects(fs.copy(at("b.yaml"), at("c.yaml")), "FileExists");
    await rejects(fs.rename(at("b.yaml"), at("c.yaml")), "FileExists");
    assert.equal(
      new TextDecoder().decode(await decrypted(join(folder, "c.yaml.age"), identity)),
      "a: 1\n",
    );
    await fs.delete(at("b.yaml"));
    await assert.rejects(stat(join(folder, "b.yaml.age")), { code: "ENOENT" });
  },

  "an open document follows what other programs write": async ({ folder, onEnd }) => {
    const identity = await useIdentity();
    const path = join(folder, "seen.yaml.age");
    const uri = await encrypted(path, "mode: one\n", identity);
    await vscode.commands.executeCommand("cage.openDecrypted", vscode.Uri.file(path));
    onEnd(() => vscode.commands.executeCommand("workbench.action.closeAllEditors"));
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.toString(), uri.toString());
    assert.equal(document.languageId, "yaml");
    assert.equal(document.getText(), "mode: one\n");
    await encrypted(path, "mode: two\n", identity);
    await textBecomes(document, "mode: two\n");
  },

  "a tab follows when its encrypted file is renamed": async ({ folder, onEnd }) => {
    const identity = await useIdentity();
    const path = join(folder, "old.yaml.age");
    await encrypted(path, "a: 1\n", identity);
    await vscode.commands.executeCommand("cage.openDecrypted", vscode.Uri.file(path));
    onEnd(() => vscode.commands.executeCommand("workbench.action.closeAllEditors"));
    const renamed = new Promise<vscode.TextDocument>((resolve) => {
      vscode.workspace.onDidOpenTextDocument((document) => {
        if (document.uri.path.endsWith("/new.yaml.age/new.yaml")) resolve(document);
      });
    });
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(vscode.Uri.file(path), vscode.Uri.file(join(folder, "new.yaml.age")));
    assert.ok(await vscode.workspace.applyEdit(edit));
    assert.equal((await renamed).getText(), "a: 1\n");
    assert.equal((await renamed).languageId, "yaml");
  },

  "after Lock Now a document that another extension holds is gone, and comes back by opening":
    async ({ folder, onEnd }) => {
      const identity = await useIdentity();
      const path = join(folder, "held.yaml.age");
      const uri = await encrypted(path, "canary: 4711\n", identity);
      await vscode.commands.executeCommand("cage.openDecrypted", vscode.Uri.file(path));
      // If an extension opens a document, VS Code keeps it for minutes, whether a tab shows it or
      // not.
      const held = await vscode.workspace.openTextDocument(uri);
      onEnd(() => vscode.commands.executeCommand("workbench.action.closeAllEditors"));
      assert.equal(held.getText(), "canary: 4711\n");
      await vscode.commands.executeCommand("cage.lockNow");
      await isGone(held);
      assert.deepEqual(
        vscode.window.tabGroups.all.flatMap((group) => group.tabs),
        [],
      );
      assert.deepEqual(
        vscode.workspace.textDocuments.filter((document) => document.getText().includes("4711")),
        [],
      );
      // If VS Code still has the document, its empty text must never be saved.
      if (!held.isClosed) await rejects(fs.writeFile(uri, new Uint8Array()), "NoPermissions");
      assert.equal(new TextDecoder().decode(await decrypted(path, identity)), "canary: 4711\n");
      await vscode.commands.executeCommand("cage.openDecrypted", vscode.Uri.file(path));
      const shown = vscode.window.activeTextEditor?.document;
      assert.ok(shown);
      await textBecomes(shown, "canary: 4711\n");
    },

  "what Cage takes for the text of a version is what VS Code shows of it": async (test) => {
    const identity = await useIdentity();
    const texts = {
      "lone.txt": Buffer.from("a\rb\rc"),
      "mixed.txt": Buffer.from("a\rb\r\nc\n\r\rd\n"),
      "crlf.txt": Buffer.from("a\r\nb\r\nc\nd"),
      "mark.txt": Buffer.from("\ufeffa\r"),
      "marks.txt": Buffer.from("\ufeff\ufeffa"),
      "bytes.txt": Buffer.from([0x61, 0xff, 0xc3, 0x28, 0x62, 0x80]),
      "cut.txt": Buffer.from([0x61, 0xf0, 0x9f, 0x92]),
      "surrogate.txt": Buffer.from([0x61, 0xed, 0xa0, 0x80, 0x62]),
      "separators.txt": Buffer.from("a\u0085b\fc\vd"),
      "long.txt": Buffer.concat([Buffer.alloc(65_535, "x"), Buffer.from("\u00e4\ud83d\ude00")]),
    };
    for (const [name, bytes] of Object.entries(texts)) {
      const path = join(test.folder, `${name}.age`);
      await encrypted(path, bytes, identity);
      await openAsUser(test, path);
      const document = vscode.window.activeTextEditor?.document;
      assert.ok(document);
      assert.ok(document.uri.path.endsWith(name), name);
      assert.equal(textDigest(document.getText()), versionDigest(bytes), name);
    }
  },

  "a notebook keeps its base under unsaved changes, whoever reads the file": async (test) => {
    const identity = await useIdentity();
    const path = join(test.folder, "book.ipynb.age");
    const book = (source: string): string =>
      JSON.stringify({
        cells: [{ cell_type: "markdown", metadata: {}, source: [source] }],
        ...{ metadata: {}, nbformat: 4, nbformat_minor: 5 },
      });
    const uri = await encrypted(path, book("mine"), identity);
    await openAsUser(test, path);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await vscode.commands.executeCommand("vscode.openWith", uri, "jupyter-notebook");
    const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, "more", "markdown");
    const edit = new vscode.WorkspaceEdit();
    edit.set(uri, [vscode.NotebookEdit.insertCells(0, [cell])]);
    assert.ok(await vscode.workspace.applyEdit(edit));
    const notebook = vscode.workspace.notebookDocuments.find(
      (one) => one.uri.toString() === uri.toString(),
    );
    assert.ok(notebook?.isDirty);
    await encrypted(path, book("theirs"), identity);
    await fs.readFile(uri);
    // In tests VS Code refuses all questions, and so the one about the other version.
    assert.equal(await Promise.resolve(notebook.save()).catch(() => false), false);
    assert.match(new TextDecoder().decode(await decrypted(path, identity)), /theirs/);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  },

  "a file that nobody opened is read by nobody in the background": async ({ folder }) => {
    const identity = await useIdentity();
    const uri = await encrypted(join(folder, "unopened.yaml.age"), "a: 1\n", identity);
    await rejects(fs.readFile(uri), "NoPermissions");
    await rejects(fs.readFile(uri), "NoPermissions");
  },

  "a locked file is read by nobody in the background": async ({ folder }) => {
    const identity = await useIdentity();
    const uri = await encrypted(join(folder, "quiet.yaml.age"), "a: 1\n", identity);
    await vscode.commands.executeCommand("cage.lockNow");
    await rejects(fs.readFile(uri), "NoPermissions");
  },
};

async function rejects(operation: Thenable<unknown>, code: string): Promise<void> {
  await assert.rejects(Promise.resolve(operation), { code });
}
