import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, stat, symlink, unlink, utimes, writeFile } from "node:fs/promises";
import { EventEmitter, FilePermission, FileType, Uri } from "vscode";
import { describe, expect, it, vi } from "vitest";
import { AgeError } from "../../../src/age/errors";
import { Documents } from "../../../src/documents/documents";
import { editorText } from "../../../src/vscode/editorTexts";
import { CageFileSystem } from "../../../src/vscode/editor/fileSystemProvider";
import { OpenRequests } from "../../../src/vscode/editor/plaintextRequests";
import { SaveAsCopies } from "../../../src/vscode/editor/saveAsCopies";
import { documentUri, scheme } from "../../../src/vscode/uris";
import { alice, bytes, decrypted, desk, expectNames, text } from "../../documents/kit";
import { unsavedText } from "../commands/kit";
import { user } from "../fakeUser";
import { held, tell } from "../fakeWorkspace";

vi.mock("vscode", () => import("../fakeWindow"));

/** The file system of a window that has a document open. */
async function serving() {
  const at = await desk();
  const path = await at.encrypted("a.age", "text");
  const documents = new Documents(at.context, () => undefined, editorText);
  (await documents.read(path, "ask")).fill(0);
  const requests = new OpenRequests();
  const readOnly = new Set<string>();
  const failed: string[] = [];
  const allowed = new EventEmitter<string>();
  const isReadOnly = (one: string) => Promise.resolve(readOnly.has(one));
  const log = { failure: (what: string) => failed.push(what), info: () => undefined };
  const closed: string[] = [];
  const failedReads = { add: (one: string) => closed.push(one) };
  const versions = { keeper: () => null };
  const files = new CageFileSystem(
    ...([documents, at.context.disk, requests, failedReads as never, log as never] as const),
    ...([at.prompts, versions, { isReadOnly, onDidAllow: allowed.event }] as const),
    new SaveAsCopies(documents, at.context, versions as never),
    () => undefined,
  );
  const fired: (readonly [type: number, path: string])[] = [];
  files.onDidChangeFile((changes) => {
    for (const { type, uri } of changes) fired.push([type, uri.path]);
  });
  const more = { readOnly, failed, closed, allowed, fired, log };
  return { ...at, ...more, path, uri: documentUri(path), documents, requests, files };
}

const placeOf = (path: string) => Uri.from({ scheme, path: Uri.file(path).path });
const code = (expected: string) => expect.objectContaining({ code: expected }) as unknown;

describe("what VS Code is told of a document", () => {
  it("is the plaintext's size, and the times of the file", async () => {
    const { files, uri, path } = await serving();
    const { mtimeMs } = await stat(path);
    const shown = await files.stat(uri);
    expect(shown).toMatchObject({ type: FileType.File, size: 4 });
    expect(Math.abs(shown.mtime - mtimeMs)).toBeLessThan(2);
    expect(shown.permissions).toBeUndefined();
  });

  it("is a folder for the encrypted file, with the document in it, and for other folders", async () => {
    const { files, path, folder, put } = await serving();
    await put("plain.txt", "");
    await mkdir(`${folder}/in`);
    const kind = (await files.stat(placeOf(path))).type;
    expect(kind).toBe(FileType.Directory);
    expect(await files.readDirectory(placeOf(path))).toEqual([["a", FileType.File]]);
    expect((await files.readDirectory(placeOf(folder))).sort()).toEqual([
      ["a.age", FileType.Directory],
      ["in", FileType.Directory],
    ]);
  });

  it("is read-only where the file is, or VS Code could back its text up", async () => {
    const { files, uri, path, readOnly } = await serving();
    readOnly.add(path);
    expect((await files.stat(uri)).permissions).toBe(FilePermission.Readonly);
    readOnly.clear();
    await chmod(path, 0o444);
    const isRoot = process.getuid?.() === 0;
    const expected = isRoot ? undefined : FilePermission.Readonly;
    expect((await files.stat(uri)).permissions).toBe(expected);
  });

  it("is the version that unsaved text was made from, or an old one where that is unknown", async () => {
    const { files, uri, path, documents, encrypted } = await serving();
    const before = (await files.stat(uri)).mtime;
    await encrypted("a.age", "foreign");
    await utimes(path, 9_000_000_000, 9_000_000_000);
    expect((await files.stat(uri)).mtime).toBeGreaterThan(before);
    held.texts = [unsavedText(uri)];
    expect((await files.stat(uri)).mtime).toBe(before);
    documents.forget(path);
    expect((await files.stat(uri)).mtime).toBe(0);
  });

  it("is told again once text of an unknown version is saved, or taken back", async () => {
    const { files, uri, path, documents, fired } = await serving();
    const clean = async () => {
      tell("onDidChangeTextDocument", { document: { uri, isDirty: false } });
      await new Promise(setImmediate);
      return fired.length;
    };
    held.texts = [unsavedText(uri)];
    await files.stat(uri);
    expect(await clean()).toBe(0);
    documents.forget(path);
    await files.stat(uri);
    expect(await clean()).toBe(1);
    expect(await clean()).toBe(1);
  });

  it("is nothing where the file is gone, which is no failure to be logged", async () => {
    const { files, uri, path, failed } = await serving();
    await unlink(path);
    await expect(files.stat(uri)).rejects.toEqual(code("FileNotFound"));
    expect(failed).toEqual([]);
  });

  it("is nothing while the document follows its file to another name", async () => {
    const { files, folder } = await serving();
    const [from, to] = [`${folder}/x.age`, `${folder}/a.age`];
    files.moves.expect(from, to);
    await expect(files.stat(documentUri(to))).rejects.toEqual(code("FileNotFound"));
  });

  it("is empty and read-only while a lock blanks it, and its text goes nowhere", async () => {
    const { files, uri, path, requests } = await serving();
    requests.blank(path);
    const blank = { size: 0, permissions: FilePermission.Readonly };
    expect(await files.stat(uri)).toMatchObject(blank);
    expect(await files.readFile(uri)).toEqual(new Uint8Array());
    await expect(files.writeFile(uri, bytes("typed"))).rejects.toThrow();
    expect(await decrypted(path, alice)).toBe("text");
  });
});

describe("a document is read", () => {
  it("without a question; where that fails a page says why, and the log knows", async () => {
    const { files, uri, path, documents, failed, closed } = await serving();
    expect(text(await files.readFile(uri))).toBe("text");
    documents.lock([]);
    await expect(files.readFile(uri)).rejects.toThrow();
    expect([failed, closed]).toEqual([["read"], [path]]);
  });

  it("once from what an action of the user left for it", async () => {
    const { files, uri, path, requests } = await serving();
    requests.leavePlaintext(path, bytes("left"));
    expect(text(await files.readFile(uri))).toBe("left");
    expect(text(await files.readFile(uri))).toBe("text");
  });
});

describe("a document is written", () => {
  it("encrypted; a failure is told and logged", async () => {
    const { files, uri, path, documents, failed } = await serving();
    await files.writeFile(uri, bytes("new"));
    expect(await decrypted(path, alice)).toBe("new");
    const full = new AgeError("disk-full", "the disk is full", { path });
    vi.spyOn(documents, "write").mockRejectedValueOnce(full);
    await expect(files.writeFile(uri, bytes("more"))).rejects.toThrow(/disk is full/);
    expect(failed).toEqual(["save"]);
    expect(await decrypted(path, alice)).toBe("new");
  });

  it("nowhere else: a plain name in Cage's scheme is refused, and told", async () => {
    const { files, folder } = await serving();
    const place = placeOf(`${folder}/b.txt`);
    await expect(files.writeFile(place, bytes("typed"))).rejects.toThrow();
    await expectNames(folder, "a.age");
    expect(user.texts("error", "warning")).toHaveLength(1);
    expect(() => {
      files.createDirectory(place);
    }).toThrow(/Cage does not create folders/);
    files.createDirectory(placeOf(`${folder}/b.age`));
  });

  it("nowhere where no encrypted file is any more, unless it is open", async () => {
    const { files, uri, path, documents, folder } = await serving();
    await unlink(path);
    documents.forget(path);
    await expect(files.writeFile(uri, bytes("typed"))).rejects.toThrow();
    await expectNames(folder);
  });

  it("not at all where the user takes what is on the disk, which VS Code reads then", async () => {
    const { files, uri, path, prompts, encrypted, fired } = await serving();
    await encrypted("a.age", "foreign");
    prompts.choices = ["reload"];
    await files.writeFile(uri, bytes("typed"));
    expect([await decrypted(path, alice), fired]).toEqual(["foreign", []]);
    tell("onDidSaveTextDocument", { uri });
    await vi.waitFor(() => {
      expect(fired).toEqual([[1, uri.path]]);
    });
  });

  it("to where a lock diverts it, also while its file is gone", async () => {
    const { files, uri, path, requests, documents } = await serving();
    documents.forget(path);
    const diverted: string[] = [];
    const divert = (content: Uint8Array) => Promise.resolve(void diverted.push(text(content)));
    await unlink(path);
    await requests.divert(path, divert, async () => {
      await files.writeFile(uri, bytes("typed"));
      expect((await files.stat(uri)).type).toBe(FileType.File);
    });
    expect([diverted, existsSync(path)]).toEqual([["typed"], false]);
    await expect(files.stat(uri)).rejects.toEqual(code("FileNotFound"));
  });
});

describe("a document is renamed, copied and deleted", () => {
  it("with its file, and no other is overwritten unless VS Code asks for that", async () => {
    const { files, uri, path, folder, encrypted, fired, documents } = await serving();
    const other = await encrypted("b.age", "other");
    const to = documentUri(other);
    const renaming = files.rename(uri, to, { overwrite: false });
    await expect(renaming).rejects.toEqual(code("FileExists"));
    expect(await decrypted(other, alice)).toBe("other");
    await files.rename(uri, to, { overwrite: true });
    expect(await decrypted(other, alice)).toBe("text");
    await expectNames(folder, "b.age");
    expect(fired).toEqual([
      [3, uri.path],
      [2, to.path],
    ]);
    expect([documents.find(path), documents.find(other)?.path]).toEqual([null, other]);
  });

  it("not once more where its file has the new name already", async () => {
    const { files, uri, path, fired } = await serving();
    const to = path.replace("a.age", "b.age");
    files.moves.expect(path, to);
    await files.rename(uri, documentUri(to), { overwrite: false });
    expect([existsSync(path), existsSync(to), fired]).toEqual([true, false, []]);
  });

  it("as ciphertext, and no other is overwritten unless VS Code asks for that", async () => {
    const { files, uri, path, encrypted, fired } = await serving();
    const other = await encrypted("b.age", "other");
    const to = documentUri(other);
    await expect(files.copy(uri, to, { overwrite: false })).rejects.toEqual(code("FileExists"));
    expect(await decrypted(other, alice)).toBe("other");
    await files.copy(uri, to, { overwrite: true });
    expect(await readFile(other)).toEqual(await readFile(path));
    expect(fired).toEqual([[2, to.path]]);
  });

  it("and forgotten then", async () => {
    const { files, uri, path, documents, folder, fired } = await serving();
    await files.delete(uri);
    await expectNames(folder);
    expect([documents.find(path), fired]).toEqual([null, [[3, uri.path]]]);
    await expect(files.delete(uri)).rejects.toEqual(code("FileNotFound"));
  });

  it("nowhere but between encrypted files", async () => {
    const { files, uri, path, folder } = await serving();
    const place = placeOf(`${folder}/b.txt`);
    const overwrite = { overwrite: true };
    const refused = code("NoPermissions");
    await expect(files.rename(uri, place, overwrite)).rejects.toEqual(refused);
    await expect(files.copy(uri, place, overwrite)).rejects.toEqual(refused);
    await expect(files.delete(placeOf(path))).rejects.toEqual(refused);
    await expectNames(folder, "a.age");
  });
});

describe("VS Code looks again", () => {
  it("when a document may be edited, and at what Search holds of one that is locked", async () => {
    const { files, uri, path, allowed, fired } = await serving();
    allowed.fire(path);
    files.refresh(path);
    files.dropMatches([path]);
    expect(fired).toEqual([
      [1, uri.path],
      [1, uri.path],
      [3, uri.path],
    ]);
    files.dispose();
    allowed.fire(path);
    expect(fired).toHaveLength(3);
  });

  it("at nothing that is no document", async () => {
    const { files, folder } = await serving();
    files.watch(placeOf(folder)).dispose();
    await symlink("nowhere", `${folder}/link.age`);
    await writeFile(`${folder}/x`, "");
    await expect(files.stat(documentUri(`${folder}/link.age`))).rejects.toThrow();
  });
});
