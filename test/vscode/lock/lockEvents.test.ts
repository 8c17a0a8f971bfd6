import { TabInputText, TabInputWebview, Uri } from "vscode";
import { describe, expect, it, vi } from "vitest";
import { documentUri } from "../../../src/vscode/uris";
import { lockedMessage } from "../../../src/vscode/wording/lockMessage";
import { bytes } from "../../documents/kit";
import { unsavedText } from "../commands/kit";
import { user } from "../fakeUser";
import { held, tell } from "../fakeWorkspace";
import { locking, path, tabOf, uri } from "./lockKit";

vi.mock("vscode", () => import("../fakeWindow"));

describe("a blank document", () => {
  it("opens when it comes to the front, and others don't", async () => {
    const { requests } = await locking();
    const front = (document: object) => {
      tell("onDidChangeActiveTextEditor", { document });
    };
    front({ uri });
    front({ uri: Uri.file("/w/plain") });
    expect(held.ran).toEqual([]);
    requests.blank(path);
    front({ uri });
    tell("onDidChangeActiveNotebookEditor", { notebook: { uri } });
    const open = ["cage.openDecrypted", Uri.file(path)];
    expect(held.ran).toEqual([open, open]);
  });

  it("is one no more once it is closed", async () => {
    const { requests } = await locking();
    for (const name of ["onDidCloseTextDocument", "onDidCloseNotebookDocument"]) {
      requests.blank(path);
      tell(name, { uri: Uri.file(path) });
      expect(requests.isBlanked(path)).toBe(true);
      tell(name, { uri });
      expect(requests.isBlanked(path)).toBe(false);
    }
  });
});

it("typing in a document puts an idle lock off, and neither a reload nor other texts do", async () => {
  const { keyring } = await locking();
  const touch = vi.spyOn(keyring, "touch");
  const plain = Uri.file("/w/plain");
  const changes = [
    ["onDidChangeTextDocument", "document"],
    ["onDidChangeNotebookDocument", "notebook"],
  ] as const;
  for (const [name, key] of changes) {
    tell(name, { [key]: { uri, isDirty: false } });
    tell(name, { [key]: { uri: plain, isDirty: true } });
  }
  expect(touch).not.toHaveBeenCalled();
  for (const [name, key] of changes) tell(name, { [key]: { uri, isDirty: true } });
  expect(touch).toHaveBeenCalledTimes(2);
});

describe("a lock", () => {
  it("wipes what a click had left to be read, and forgets comparisons", async () => {
    const { keyring, requests, steps } = await locking();
    const left = bytes("left");
    requests.leavePlaintext(path, left);
    keyring.lock();
    expect([left, requests.takePlaintext(path)]).toEqual([new Uint8Array(4), null]);
    expect(steps).toEqual(["cleared", "by the user"]);
  });

  it("that nobody asked for brings all tabs back, the one in front first", async () => {
    const { keyring, lock, steps } = await locking();
    const other = documentUri("/w/b.age");
    held.tabs = [tabOf(new TabInputText(other)), tabOf(new TabInputText(uri), false, true)];
    keyring.lock("idle");
    expect(lock.closed).toEqual([path, "/w/b.age"]);
    expect(steps.slice(1)).toEqual(["idle", `${path} in any case`, "/w/b.age in any case"]);
    await lock.whenDone();
    expect([held.tabs, lock.drafted]).toEqual([[], 0]);
  });

  it("saves what no draft could be made of on request, and names it only while it stays", async () => {
    const { lock } = await locking();
    const text = unsavedText(uri);
    held.texts = [text];
    held.tabs = [tabOf(new TabInputText(uri), true)];
    user.will("Save and Close");
    await lock.lockNow();
    await vi.waitFor(() => {
      expect(text.isDirty).toBe(false);
    });
    expect(user.texts("warning")).toHaveLength(1);
    expect(user.texts("status")).toEqual([]);
    held.texts = [];
    held.tabs = [];
    tell("onDidSaveTextDocument", { uri });
    await lock.lockNow();
    expect(user.texts("status")).toHaveLength(1);
  });

  it("counts what it set aside itself, and not what one before did", async () => {
    const { lock } = await locking(new Map([[path, {}]]));
    held.texts = [unsavedText(uri)];
    await lock.lockNow();
    expect(lock.drafted).toBe(1);
    held.texts = [];
    await lock.lockNow();
    expect(lock.drafted).toBe(0);
    expect(user.texts("status")).toEqual([lockedMessage(1), lockedMessage(0)]);
  });

  it("empties what VS Code holds, but no text that is closed or unsaved", async () => {
    const { lock, requests } = await locking();
    const textOf = (name: string, isClosed = false) => ({
      ...{ uri: documentUri(`/w/${name}.age`), isDirty: false, isClosed },
    });
    held.texts = [textOf("held"), textOf("closed", true), unsavedText(uri)];
    await lock.lockNow();
    const names = ["held", "closed", "a"];
    const blanked = names.filter((name) => requests.isBlanked(`/w/${name}.age`));
    expect(blanked).toEqual(["held"]);
  });

  it("is not repeated by the save of another text", async () => {
    const { lock, keyring } = await locking();
    held.texts = [unsavedText(uri)];
    await lock.lockNow();
    const locked = vi.spyOn(keyring, "lock");
    tell("onDidSaveTextDocument", { uri: documentUri("/w/b.age") });
    tell("onDidChangeTabs", { changed: [tabOf(new TabInputText(uri), true)] });
    expect(locked).not.toHaveBeenCalled();
    tell("onDidSaveTextDocument", { uri });
    expect(locked).toHaveBeenCalledOnce();
    await lock.whenDone();
  });

  it("closes pages of other extensions on request, and no other tab", async () => {
    const { lock } = await locking();
    const pages = { ...tabOf(new TabInputWebview("mainThreadWebview-other")), label: "Panel" };
    const plain = tabOf(new TabInputText(Uri.file("/w/plain")));
    held.tabs = [tabOf(new TabInputText(uri)), pages, plain];
    user.will("Close Those Tabs");
    await lock.lockNow();
    await vi.waitFor(() => {
      expect(held.tabs).toEqual([plain]);
    });
  });
});
