import { expect, it, vi } from "vitest";
import { AgeError } from "../../../src/age/errors";
import { Documents } from "../../../src/documents/documents";
import { comfortableSize, largestSize } from "../../../src/documents/openDocument";
import { besideNothing, DocumentOpener } from "../../../src/vscode/editor/documentOpener";
import type { CageFileSystem } from "../../../src/vscode/editor/fileSystemProvider";
import { imageViewType } from "../../../src/vscode/editor/imageViewer";
import { OpenRequests } from "../../../src/vscode/editor/plaintextRequests";
import { documentUri } from "../../../src/vscode/uris";
import { bytes, desk } from "../../documents/kit";
import { unsavedText } from "../commands/kit";
import { user } from "../fakeUser";
import { held } from "../fakeWorkspace";

vi.mock("vscode", () => import("../fakeWindow"));

/** An opener of files on a desk; VS Code reads a document as soon as it is to show it. */
async function opening(name = "a.age", locked: Promise<void> = Promise.resolve()) {
  const at = await desk();
  const path = await at.encrypted(name, "text");
  const documents = new Documents(
    at.context,
    () => undefined,
    () => null,
  );
  const steps: string[] = [];
  const files = { refresh: (one: string) => steps.push(`refresh ${one}`) };
  const requests = new OpenRequests();
  const opener = new DocumentOpener(
    ...([documents, requests, files as unknown as CageFileSystem] as const),
    (one) => steps.push(`opened ${one}`),
    () => locked,
  );
  const read = vi.spyOn(documents, "read");
  return { ...at, path, documents, requests, steps, opener, read };
}

it("shows the document in the editor that fits its name, and leaves no plaintext", async () => {
  for (const [name, editor] of [
    ["a.txt.age", "default"],
    ["a.png.age", imageViewType],
  ] as const) {
    const { opener, path, requests, steps, read } = await opening(name);
    held.ran = [];
    let left: Uint8Array | null = null;
    held.commands.set("vscode.openWith", () => (left = requests.takePlaintext(path)));
    await opener.open(path, besideNothing);
    expect(held.ran).toEqual([["vscode.openWith", documentUri(path), editor, besideNothing]]);
    expect([left, read.mock.calls]).toEqual([bytes("text"), [[path, "ask"]]]);
    expect(steps).toEqual([`opened ${path}`]);
    held.commands.clear();
    await opener.open(path, besideNothing);
    expect(requests.takePlaintext(path)).toBeNull();
  }
});

it("shows nothing where its place is gone meanwhile, and leaves no plaintext", async () => {
  const { opener, path, requests, steps } = await opening();
  held.ran = [];
  let left: Uint8Array | null = null;
  await opener.open(path, () => {
    left = requests.takePlaintext(path);
    if (left !== null) requests.leavePlaintext(path, left);
    return null;
  });
  expect([held.ran, steps, requests.takePlaintext(path)]).toEqual([[], [], null]);
  expect(left).toEqual(new Uint8Array(4));
});

it("reads nothing before a lock that is under way has closed everything", async () => {
  let end = (): void => undefined;
  const locked = new Promise<void>((done) => (end = done));
  const { opener, path, steps, read } = await opening("a.age", locked);
  const opened = opener.open(path, besideNothing);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([read.mock.calls, held.ran]).toEqual([[], []]);
  end();
  await opened;
  expect(steps).toEqual([`opened ${path}`]);
});

it("asks for nothing where the name is not one of an encrypted file", async () => {
  const { opener, put, read } = await opening();
  const plain = opener.open(await put("a.txt", "text"), besideNothing);
  await expect(plain).rejects.toMatchObject({ code: "unknown-suffix" });
  expect([read.mock.calls, held.ran, user.shown]).toEqual([[], [], []]);
});

it("asks whether to open a large file, but nothing for a tab in the background", async () => {
  const { opener, path, documents, read } = await opening();
  const size = vi.spyOn(documents.sizes, "sizeAbove");
  const refused = { code: "too-large", facts: { isDeclined: false } };
  const isLarge = (plaintextSize: number): void => {
    size.mockResolvedValueOnce(plaintextSize);
  };
  isLarge(comfortableSize + 1);
  const behind = opener.open(path, { ...besideNothing, background: true });
  await expect(behind).rejects.toMatchObject(refused);
  isLarge(largestSize + 1);
  await expect(opener.open(path, besideNothing)).rejects.toMatchObject(refused);
  expect(user.shown).toEqual([]);
  isLarge(comfortableSize + 1);
  user.will(undefined);
  // The user has seen the question, so no message follows.
  const declined = { code: "too-large", facts: { isDeclined: true } };
  await expect(opener.open(path, besideNothing)).rejects.toMatchObject(declined);
  expect(read).not.toHaveBeenCalled();
  isLarge(comfortableSize + 1);
  user.will("Open Anyway");
  await opener.open(path, besideNothing);
  isLarge(comfortableSize);
  await opener.open(path, besideNothing);
  expect(held.ran).toHaveLength(2);
});

it("has an editor that holds the document read it again, unless its text is unsaved", async () => {
  const { opener, path, steps } = await opening();
  const text = unsavedText(documentUri(path));
  held.texts = [text];
  await opener.open(path, besideNothing);
  expect(steps).toEqual([`opened ${path}`]);
  text.isDirty = false;
  await opener.open(path, besideNothing);
  expect(steps.slice(1)).toEqual([`refresh ${path}`, `opened ${path}`]);
});

it("leaves no plaintext where VS Code can't show it, and tells of no opening", async () => {
  const { opener, path, requests, steps } = await opening();
  held.commands.set("vscode.openWith", () => Promise.reject(new AgeError("not-found", "no")));
  await expect(opener.open(path, besideNothing)).rejects.toMatchObject({ code: "not-found" });
  expect([requests.takePlaintext(path), steps]).toEqual([null, []]);
});
