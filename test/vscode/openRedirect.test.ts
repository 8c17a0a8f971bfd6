import { Uri } from "vscode";
import { beforeEach, expect, it, vi } from "vitest";
import type { Log } from "../../src/vscode/log";
import type { Opener } from "../../src/vscode/opener";
import { OpenRedirect } from "../../src/vscode/openRedirect";

const ran = vi.hoisted(() => ({ commands: [] as (readonly unknown[])[] }));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  commands: {
    executeCommand: (command: string, { scheme, path }: Uri) =>
      Promise.resolve(void ran.commands.push([command, scheme, path])),
  },
  window: { tabGroups: { all: [] } },
}));

/** One side of a diff. @returns its page, and what sends the command of a button. */
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
  const redirect = new OpenRedirect({} as unknown as Opener, {} as unknown as Log);
  const panel = { webview, viewColumn: 1 } as never;
  await redirect.resolveCustomEditor({ uri, dispose: () => undefined }, panel);
  return { html: webview.html, press };
}

const labels = (html: string) => [...html.matchAll(/<button[^>]*>([^<]*)</g)].map(([, one]) => one);

beforeEach(() => {
  ran.commands = [];
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
    "This is another version than the one on the disk, such as one in Git. So far, Cage can open only the one on the disk.",
  );
  expect(html).not.toContain("open both");
  press("cage.openRaw");
  expect(ran.commands).toEqual([]);
  press("cage.openDecrypted");
  expect(ran.commands).toEqual([["cage.openDecrypted", "file", "/w/a.age"]]);
});
