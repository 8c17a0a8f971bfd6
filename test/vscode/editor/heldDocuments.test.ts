import { Uri } from "vscode";
import { expect, it, vi } from "vitest";
import type { CageFileSystem } from "../../../src/vscode/editor/fileSystemProvider";
import { HeldDocuments } from "../../../src/vscode/editor/heldDocuments";
import { documentUri } from "../../../src/vscode/uris";
import { held, tell } from "../fakeWorkspace";

vi.mock("vscode", () => import("../fakeWindow"));

it("the files of documents that a window held before are watched until they are closed", () => {
  const [text, notebook] = [documentUri("/w/a.age"), documentUri("/w/b.ipynb.age")];
  held.texts = [{ uri: text }, { uri: Uri.file("/w/plain") }];
  held.notebooks = [{ uri: notebook }];
  const watched = new Set<string>();
  const watch = (uri: Uri) => {
    watched.add(uri.path);
    return { dispose: () => watched.delete(uri.path) };
  };
  const documents = new HeldDocuments({ watch } as unknown as CageFileSystem);
  expect([...watched]).toEqual([text.path, notebook.path]);
  tell("onDidCloseTextDocument", { uri: text });
  tell("onDidCloseTextDocument", { uri: Uri.file("/w/plain") });
  expect([...watched]).toEqual([notebook.path]);
  documents.dispose();
  expect(watched.size).toBe(0);
});

it("a notebook that is closed is watched no more", () => {
  held.notebooks = [{ uri: documentUri("/w/b.ipynb.age") }];
  let isWatched = false;
  const watch = () => {
    isWatched = true;
    return { dispose: () => (isWatched = false) };
  };
  new HeldDocuments({ watch } as unknown as CageFileSystem);
  expect(isWatched).toBe(true);
  tell("onDidCloseNotebookDocument", { uri: documentUri("/w/b.ipynb.age") });
  expect(isWatched).toBe(false);
});
