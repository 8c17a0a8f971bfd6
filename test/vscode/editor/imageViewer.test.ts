import { type CustomDocument, FileSystemError, Uri, type WebviewPanel } from "vscode";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { CageFileSystem } from "../../../src/vscode/editor/fileSystemProvider";
import { ImageViewer } from "../../../src/vscode/editor/imageViewer";
import { scheme } from "../../../src/vscode/uris";

const calls = vi.hoisted(() => ({ commands: [] as unknown[] }));
const { readFile } = vi.hoisted(() => ({ readFile: vi.fn<() => Promise<Uint8Array>>() }));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  commands: {
    executeCommand: (...args: unknown[]) => {
      calls.commands.push(args);
      return Promise.resolve();
    },
  },
  workspace: { fs: { readFile } },
}));

const uri = Uri.from({ scheme, path: "/w/a.png.age/a.png" });

let close: () => void = () => undefined;

/** Opens a viewer. @returns what its page and VS Code can do with it. */
async function viewer() {
  const posted: unknown[] = [];
  let receive: (message: unknown) => unknown = () => undefined;
  let change: (events: readonly { uri: Uri }[]) => unknown = () => undefined;
  const files = {
    onDidChangeFile: (listener: typeof change) => {
      change = listener;
      return { dispose: () => undefined };
    },
  } as unknown as CageFileSystem;
  let page = "";
  const webview = {
    set html(html: string) {
      if (isClosed) throw new Error("Webview is disposed");
      page = html;
    },
    options: {},
    // VS Code copies a message on its way to the page.
    postMessage: (message: unknown) => Promise.resolve(posted.push(structuredClone(message))),
    onDidReceiveMessage: (listener: typeof receive) => {
      receive = listener;
    },
  };
  let isClosed = false;
  const onDidDispose = (listener: () => void) => {
    close = () => {
      isClosed = true;
      listener();
    };
  };
  const panel = { webview, onDidDispose } as unknown as WebviewPanel;
  const document: CustomDocument = { uri, dispose: () => undefined };
  await new ImageViewer(files).resolveCustomEditor(document, panel);
  return {
    posted,
    html: () => page,
    say: (message: unknown) => receive(message),
    changeOnDisk: () => change([{ uri }]),
  };
}

const image = (byte: number) => ({ bytes: Uint8Array.of(byte), type: "image/png" });
const locked = () => FileSystemError.NoPermissions("It is locked. <Unlock> it to go on.");

beforeEach(() => {
  calls.commands.length = 0;
  readFile.mockReset();
});

describe("the image viewer", () => {
  it("reads before it returns, and again for each later wish of the page", async () => {
    readFile.mockResolvedValueOnce(Uint8Array.of(1)).mockResolvedValue(Uint8Array.of(2));
    const { posted, say } = await viewer();
    expect(readFile).toHaveBeenCalledOnce();
    await say("ready");
    expect(readFile).toHaveBeenCalledOnce();
    await say("ready");
    expect(posted).toEqual([image(1), image(2)]);
  });

  it("zeroes what it has sent, and what nobody waits for any more", async () => {
    const buffers = [1, 2, 3].map((byte) => Uint8Array.of(byte));
    for (const buffer of buffers) readFile.mockResolvedValueOnce(buffer);
    const { posted, say } = await viewer();
    await say("ready");
    await say("ready");
    await viewer();
    close();
    expect(posted).toEqual([image(1), image(2)]);
    expect(buffers).toEqual([1, 2, 3].map(() => Uint8Array.of(0)));
  });

  it("says on the page why it shows nothing, and tries again", async () => {
    readFile.mockRejectedValueOnce(locked());
    const { posted, html, say } = await viewer();
    expect(html()).toContain("a.png is not open. It is locked. &lt;Unlock&gt; it to go on.");
    readFile.mockResolvedValue(Uint8Array.of(1));
    await say("cage.openDecrypted");
    expect(calls.commands).toEqual([["cage.openDecrypted", uri]]);
    expect(html()).toContain("<img");
    await say("ready");
    expect(posted).toEqual([image(1)]);
  });

  it("says so, too, where a later read fails", async () => {
    readFile.mockResolvedValueOnce(Uint8Array.of(1)).mockRejectedValueOnce(new TypeError("secret"));
    const { html, say, changeOnDisk } = await viewer();
    await say("ready");
    changeOnDisk();
    await vi.waitFor(() => {
      expect(html()).toContain("a.png is not open.");
    });
    expect(html()).not.toContain("secret");
    readFile.mockResolvedValue(Uint8Array.of(2));
    changeOnDisk();
    expect(html()).toContain("<img");
  });

  it.each([() => Promise.resolve(Uint8Array.of(1)), () => Promise.reject(locked())])(
    "does nothing where its tab is closed while it reads",
    async (outcome) => {
      readFile.mockImplementation(() => {
        close();
        return outcome();
      });
      expect((await viewer()).html()).toBe("");
    },
  );

  it("runs no command but those of its buttons", async () => {
    readFile.mockResolvedValue(Uint8Array.of(1));
    const { say } = await viewer();
    await say("workbench.action.quit");
    await say({ command: "cage.lockNow" });
    expect(calls.commands).toEqual([]);
  });
});
