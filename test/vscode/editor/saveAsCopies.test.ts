import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { TabInputText } from "vscode";
import { beforeEach, expect, it, vi } from "vitest";
import { setEncryptedNames } from "../../../src/documents/disk/encryptedNames";
import { SaveAsCopies } from "../../../src/vscode/editor/saveAsCopies";
import { documentUri } from "../../../src/vscode/uris";
import { alice, bytes, decrypted, desk } from "../../documents/kit";
import { silentDocuments } from "../../documents/silentDocuments";
import { held } from "../fakeWorkspace";

vi.mock("vscode", () => import("../fakeWindow"));

/** Opens a document in front. @returns it with the copies that Save As… makes. */
async function copying() {
  const at = await desk();
  const path = await at.encrypted("a.age", "text");
  const documents = silentDocuments(at.context);
  await documents.read(path, "ask");
  held.tabs = [{ input: new TabInputText(documentUri(path)), isActive: true }];
  const copies = new SaveAsCopies(documents, at.context, { keeper: () => null } as never);
  return { ...at, copies, documents, target: at.path("copy.age") };
}

beforeEach(() => {
  setEncryptedNames([]);
});

it("the file that VS Code begins with is a copy for the same people", async () => {
  for (const begun of [new Uint8Array(), Uint8Array.of(0xef, 0xbb, 0xbf)]) {
    const { copies, target, prompts } = await copying();
    expect(await copies.make(target, begun)).toBe(true);
    expect(await decrypted(target, alice)).toBe("text");
    expect([copies.has(target), prompts.asked]).toEqual([true, []]);
    copies.end(target);
    expect(copies.has(target)).toBe(false);
  }
});

it("another extension's write with content, or without a document in front, makes none", async () => {
  const { copies, target } = await copying();
  expect(await copies.make(target, bytes("a report"))).toBe(false);
  held.tabs = [];
  expect(await copies.make(target, new Uint8Array())).toBe(false);
  expect(existsSync(target)).toBe(false);
});

it("a name that VS Code does not give to Cage's editor gets none: its text would stay there", async () => {
  setEncryptedNames(["*.asc"]);
  const { copies, path } = await copying();
  expect(await copies.make(path("copy.asc"), new Uint8Array())).toBe(false);
  expect(existsSync(path("copy.asc"))).toBe(false);
});

it("a copy that can't be opened is there to be taken back", async () => {
  const { copies, target, documents } = await copying();
  vi.spyOn(documents, "read").mockRejectedValueOnce(new Error("no key"));
  await expect(copies.make(target, new Uint8Array())).rejects.toThrow("no key");
  expect([existsSync(target), copies.has(target)]).toEqual([true, true]);
  await copies.takeBack(target);
  expect([existsSync(target), copies.has(target)]).toEqual([false, false]);
});

it("a copy whose text can't be saved goes, and one that holds another text by then stays", async () => {
  const { copies, target } = await copying();
  await copies.make(target, new Uint8Array());
  await copies.takeBack(target);
  expect([existsSync(target), copies.has(target)]).toEqual([false, false]);
  await copies.make(target, new Uint8Array());
  await writeFile(target, "of another program");
  await copies.takeBack(target);
  expect(await readFile(target, "utf8")).toBe("of another program");
});
