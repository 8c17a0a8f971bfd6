import { TabInputText, TabInputWebview, Uri } from "vscode";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Documents } from "../../../src/documents/documents";
import type { UnlockedWindows } from "../../../src/documents/memory/unlockedWindows";
import type { AwayTabs } from "../../../src/vscode/drafts/awayTabs";
import type { DraftKeeper } from "../../../src/vscode/drafts/draftKeeper";
import type { CageFileSystem } from "../../../src/vscode/editor/fileSystemProvider";
import type { DiskComparison } from "../../../src/vscode/editor/diskComparison";
import { editorText } from "../../../src/vscode/editorTexts";
import { OpenRequests } from "../../../src/vscode/editor/plaintextRequests";
import { Lock } from "../../../src/vscode/lock/lock";
import { WindowLocks } from "../../../src/vscode/lock/windowLocks";
import { documentUri } from "../../../src/vscode/uris";
import { allLockedMessage, othersMessage } from "../../../src/vscode/wording/lockMessage";
import { bytes, desk } from "../../documents/kit";
import { unsavedText } from "../commands/kit";
import { user } from "../fakeUser";
import { held, tell } from "../fakeWorkspace";

vi.mock("vscode", () => import("../fakeWindow"));

const path = "/w/a.age";
const uri = documentUri(path);

/** A window that can be locked, with no drafts. */
async function locking() {
  const { context, keyring } = await desk();
  const documents = new Documents(context, () => undefined, editorText);
  const requests = new OpenRequests();
  const files = { refresh: () => undefined, dropMatches: () => undefined };
  const steps: string[] = [];
  const comparison = { clear: () => steps.push("cleared") };
  const keeper = {
    setAside: () => Promise.resolve(new Map()),
    release: () => Promise.resolve(),
  };
  const away = {
    add: (one: string, comes = "for its draft") => steps.push(`${one} ${comes}`),
    stop: (reason: string) => steps.push(reason),
  };
  const lock = new Lock(
    ...([documents, keyring, requests, files as unknown as CageFileSystem] as const),
    ...([comparison as unknown as DiskComparison, keeper as unknown as DraftKeeper] as const),
    away as unknown as AwayTabs,
  );
  return { lock, keyring, requests, documents, steps };
}

const tabOf = (input: unknown, isDirty = false, isActive = false) => ({
  ...{ label: "a tab", input, isDirty, isActive },
});

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
    expect(await lock.whenDone()).toBeNull();
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
    const page = new TabInputWebview("mainThreadWebview-other");
    const pages = {
      ...tabOf(Object.assign(page, { viewType: "mainThreadWebview-other" })),
      label: "Panel",
    };
    const plain = tabOf(new TabInputText(Uri.file("/w/plain")));
    held.tabs = [tabOf(new TabInputText(uri)), pages, plain];
    user.will("Close Those Tabs");
    await lock.lockNow();
    await vi.waitFor(() => {
      expect(held.tabs).toEqual([plain]);
    });
  });
});

describe("the windows of one user", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  /** A window among others, whose numbers come in turn; the last one stays. */
  async function among(...others: readonly number[]) {
    const made = await locking();
    const counts = [...others];
    const steps: string[] = [];
    const state = { isAsked: false, fault: null as Error | null };
    const windows = {
      count: () => Promise.resolve(counts.length > 1 ? counts.shift() : counts[0]),
      ask: () => Promise.resolve(steps.push("asked")).then(() => others[0]),
      enter: () => {
        steps.push("entered");
        return state.fault === null ? Promise.resolve() : Promise.reject(state.fault);
      },
      leave: () => Promise.resolve(steps.push("left")),
      isAsked: () => Promise.resolve(state.isAsked),
    };
    const failures: string[] = [];
    const log = { failure: (what: string) => failures.push(what) };
    const locks = new WindowLocks(
      ...([made.keyring, windows as unknown as UnlockedWindows, made.lock] as const),
      ...([() => 5, log as never] as const),
    );
    return { ...made, locks, windows: steps, state, failures };
  }

  it("are offered to be locked, too, where others are unlocked", async () => {
    const { locks, windows } = await among(2);
    await locks.lockThis();
    expect(user.texts("information")).toEqual([othersMessage(2)]);
    expect(windows).not.toContain("asked");
    user.will("Lock All Windows");
    await locks.lockThis();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(windows).toContain("asked");
    expect(user.texts("information").at(-1)).toBe(allLockedMessage(2, 2));
  });

  it("are not spoken of where there is no other", async () => {
    const { locks } = await among(0);
    await locks.lockThis();
    expect(user.texts("information")).toEqual([]);
  });

  it("are waited for until all have answered", async () => {
    const { locks } = await among(2, 1, 0);
    const locking = locks.lockAll();
    await vi.advanceTimersByTimeAsync(500);
    await locking;
    expect(user.texts("information")).toEqual([allLockedMessage(2, 0)]);
  });

  it("lock one that another has asked, which tells that and offers its document again", async () => {
    const { keyring, state, windows } = await among(0);
    keyring.unlock();
    await vi.advanceTimersByTimeAsync(1000);
    expect([keyring.state, windows]).toEqual(["unlocked", ["entered"]]);
    held.tabs = [tabOf(new TabInputText(uri))];
    state.isAsked = true;
    user.will("Open Again");
    await vi.advanceTimersByTimeAsync(1000);
    expect([keyring.state, windows]).toEqual(["locked", ["entered", "left"]]);
    expect(held.ran).toEqual([["cage.openDecrypted", Uri.file(path)]]);
    expect(user.texts("information")[0]).toContain("Lock All Windows in another window");
    await vi.advanceTimersByTimeAsync(5000);
    expect(windows).toEqual(["entered", "left"]);
  });

  it("are told in the status bar of an idle lock that closed nothing, and not of one by the user", async () => {
    const { keyring, lock } = await among(0);
    keyring.unlock();
    keyring.lock("idle");
    await lock.whenDone();
    await vi.advanceTimersByTimeAsync(1);
    expect(user.texts()).toEqual(["Cage locked itself after 5 minutes without use."]);
    keyring.unlock();
    keyring.lock();
    await lock.whenDone();
    await vi.advanceTimersByTimeAsync(1);
    expect(user.shown).toHaveLength(1);
  });

  it("are told of no lock that had to leave something, which says so itself", async () => {
    const { keyring, lock } = await among(0);
    keyring.unlock();
    held.texts = [unsavedText(uri)];
    keyring.lock("idle");
    await lock.whenDone();
    await vi.advanceTimersByTimeAsync(1);
    expect(user.texts("information", "status")).toEqual([]);
    expect(user.texts("warning")).toHaveLength(1);
  });

  it("are left when the window ends, and a disk that takes no file is logged", async () => {
    const { keyring, locks, windows, state, failures } = await among(0);
    state.fault = new Error("full");
    keyring.unlock();
    await vi.advanceTimersByTimeAsync(1);
    expect(failures).toHaveLength(1);
    await locks.end();
    state.isAsked = true;
    await vi.advanceTimersByTimeAsync(3000);
    expect([windows, keyring.state]).toEqual([["entered", "left"], "unlocked"]);
    locks.dispose();
  });
});
