import { TabInputCustom, Uri } from "vscode";
import { beforeEach, expect, it, vi } from "vitest";
import { AgeError } from "../../../src/age/errors";
import type { Log } from "../../../src/vscode/log";
import type { DocumentOpener } from "../../../src/vscode/editor/documentOpener";
import { OpenRedirect, viewType } from "../../../src/vscode/editor/openRedirect";

const ran = vi.hoisted(() => ({
  commands: [] as (readonly unknown[])[],
  tabGroups: { all: [] as object[] },
  result: undefined as AgeError | undefined,
}));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  commands: {
    executeCommand: (command: string, { scheme, path }: Uri) =>
      Promise.resolve(ran.commands.push([command, scheme, path])).then(() => ran.result),
  },
  TabInputCustom: class {
    constructor(
      readonly uri: object,
      readonly viewType: string,
    ) {}
  },
  TabInputText: class {
    readonly isText = true;
  },
  workspace: {
    textDocuments: [],
    getConfiguration: () => ({ get: (_: string, standard: unknown) => standard }),
  },
  window: {
    tabGroups: {
      get all() {
        return ran.tabGroups.all;
      },
      close: (tab: unknown) => Promise.resolve(void ran.commands.push(["close", tab])),
    },
  },
}));

/** Opens one side of a diff. @returns its page, and a function that sends a button's command. */
async function side(
  uri: Uri,
): Promise<{ readonly html: string; readonly press: (command: string) => void }> {
  let press: (command: string) => void = () => undefined;
  const webview = {
    html: "",
    onDidReceiveMessage: (listener: (command: string) => void) => {
      press = listener;
    },
  };
  const redirect = new OpenRedirect({} as unknown as DocumentOpener, {} as unknown as Log, () => 0);
  const panel = { webview, viewColumn: 1 } as never;
  await redirect.resolveCustomEditor(await redirect.openCustomDocument(uri), panel);
  return { html: webview.html, press };
}

const labels = (html: string) => [...html.matchAll(/<button[^>]*>([^<]*)</g)].map(([, one]) => one);

beforeEach(() => {
  Object.assign(ran, { commands: [], result: undefined });
  ran.tabGroups.all = [];
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

it("a side on the disk can be opened, and compared decrypted", async () => {
  const { html, press } = await side(Uri.file("/w/a.age"));
  expect(labels(html)).toEqual(["Open Decrypted", "Open Raw"]);
  expect(html).toContain("open both decrypted");
  press("cage.openRaw");
  expect(ran.commands).toEqual([["cage.openRaw", "file", "/w/a.age"]]);
});

it("a side in Git says that only the version on the disk can be opened", async () => {
  const { html, press } = await side(Uri.from({ scheme: "git", path: "/w/a.age" }));
  expect(labels(html)).toEqual(["Open the One on the Disk"]);
  expect(html).toContain(
    "This is a different version from the one on the disk, such as one in Git. So far, Cage can open only the one on the disk.",
  );
  expect(html).not.toContain("open both");
  press("cage.openRaw");
  expect(ran.commands).toEqual([]);
  press("cage.openDecrypted");
  expect(ran.commands).toEqual([["cage.openDecrypted", "file", "/w/a.age"]]);
});

/** Puts the tab of a file into a group of its own. */
function showTab(uri: Uri) {
  const group = { viewColumn: 1, isActive: true, tabs: [] as object[] };
  const input = new TabInputCustom(uri, viewType);
  const tab = { input, isActive: true, isPreview: true, group };
  group.tabs = [tab];
  ran.tabGroups.all = [group];
  return { tab, group };
}

const fileUri = Uri.file("/w/a.age");

/**
 * Clicks a file.
 *
 * @param passing - the milliseconds that pass meanwhile.
 * @returns its page in the end and after that time, and the failures in the log.
 */
async function click(open: (close: () => void) => Promise<void>, passing = 0) {
  const uri = fileUri;
  const { group } = showTab(uri);
  const failures: unknown[] = [];
  const log = { failure: (_: string, __: string, error: unknown) => failures.push(error) };
  let close: () => void = () => undefined;
  let html = "";
  let press: (command: string) => void = () => undefined;
  let isClosed = false;
  const live = <T>(value: T): T => {
    if (isClosed) throw new Error("Webview is disposed");
    return value;
  };
  const panel = {
    get webview() {
      return live({
        set html(text: string) {
          html = text;
        },
        onDidReceiveMessage: (listener: typeof press) => (press = listener),
      });
    },
    get viewColumn() {
      return live(1);
    },
    get active() {
      return live(true);
    },
    onDidDispose: (listener: () => void) => (close = listener),
  };
  let hasPage: () => void = () => undefined;
  const page = new Promise<void>((resolve) => (hasPage = resolve));
  const opener = {
    open: async () => {
      await page;
      return open(() => {
        isClosed = true;
        group.tabs = [];
        close();
      });
    },
  };
  const unopened: string[] = [];
  const redirect = new OpenRedirect(
    opener as unknown as DocumentOpener,
    log as unknown as Log,
    (path) => unopened.push(path),
  );
  const made = redirect.openCustomDocument(uri);
  await vi.advanceTimersByTimeAsync(100);
  const resolved = redirect.resolveCustomEditor(await made, panel as never);
  hasPage();
  await vi.advanceTimersByTimeAsync(passing);
  const waiting = html;
  await vi.runAllTimersAsync();
  await resolved;
  const pressed = async (command: string): Promise<string> => {
    press(command);
    await new Promise(setImmediate);
    return html;
  };
  return { html, waiting, failures, unopened, pressed };
}

it("a click that opens a file in the place of its page leaves no failure in the log", async () => {
  const { failures, unopened } = await click((close) => {
    close();
    return Promise.resolve();
  });
  expect([failures, unopened]).toEqual([[], []]);
});

it("a page says that its file is being opened if that takes a moment, and nothing before", async () => {
  const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 200));
  expect((await click(() => Promise.resolve(), 200)).waiting).toBe("");
  expect((await click(slow, 99)).waiting).toBe("");
  expect((await click(slow, 100)).waiting).toContain("Opening a.age…");
});

it("a page that is closed while its file is opened is not written to", async () => {
  const closing = (close: () => void) => {
    close();
    return new Promise<void>((resolve) => setTimeout(resolve, 200));
  };
  const { failures, waiting } = await click(closing, 200);
  expect([failures, waiting]).toEqual([[], ""]);
});

it("a passphrase that was not typed leaves a page that says so, and not that it is locked", async () => {
  const dismissed = new AgeError("dismissed", "the question was dismissed");
  const { html, unopened } = await click(() => Promise.reject(dismissed));
  expect(unopened).toEqual(["/w/a.age"]);
  expect(html).toContain("a.age is not open. It needs a passphrase.");
  expect(html).not.toContain("locked");
  expect(labels(html)).toEqual(["Unlock", "Choose Identity…", "Open Raw"]);
});

it("a large file that was declined leaves a page that offers what else can be done", async () => {
  const facts = { isDeclined: true };
  const declined = new AgeError("too-large", "the file is large for an editor", facts);
  const { html } = await click(() => Promise.reject(declined));
  expect(html).toContain("The file is large for an editor.");
  expect(labels(html)).toEqual(["Decrypt File…", "Try Again"]);
});

it("work that was declined leaves a page that says so, and not that a passphrase is missing", async () => {
  const declined = new AgeError("dismissed", "its work factor was declined", { logN: 21 });
  const { html } = await click(() => Promise.reject(declined));
  expect(html).toContain("Its passphrase has work factor 21, which was declined.");
  expect(html).not.toContain("not typed");
});

it("a page shows why a chosen identity does not open its file, and asks nothing for it", async () => {
  let tried = 0;
  const { pressed } = await click(() => {
    tried++;
    return Promise.reject(new AgeError("no-identity-match", "no identity fits", { tried: [] }));
  });
  const both = [
    "1 identity in keys.txt, which does not fit",
    "1 identity in other.txt, which does",
  ];
  ran.result = new AgeError("no-identity-match", "no identity fits", { tried: both });
  const html = await pressed("cage.chooseIdentity");
  for (const one of both) expect(html).toContain(one);
  expect(tried).toBe(1);
});

it("a page that was closed meanwhile is left alone", async () => {
  const { failures } = await click((close) => {
    close();
    return Promise.reject(new AgeError("disk-full", "the disk is full"));
  });
  expect(failures).toHaveLength(1);
});

it("a page that is there gives way to one that says why a tab beside it is empty", async () => {
  const uri = fileUri;
  const { tab: page, group } = showTab(uri);
  const redirect = new OpenRedirect({} as unknown as DocumentOpener, {} as unknown as Log, () => 0);
  const empty = { isPreview: false, group } as never;
  await redirect.takeOver(empty, uri.fsPath, new AgeError("locked", "the file is locked"));
  expect(ran.commands).toEqual([
    ["close", page],
    ["vscode.openWith", "file", "/w/a.age"],
  ]);
});
