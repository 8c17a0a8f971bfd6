import { extname, posix } from "node:path";
import * as vscode from "vscode";
import { explain, longestMessage, type Action, type Explanation } from "../wording/failureText";
import type { CageFileSystem } from "./fileSystemProvider";
import { quoted } from "../wording/foreignText";
import { failurePage, imagePage } from "./pages";

/** The id of the custom editor for decrypted images, as in package.json. */
export const imageViewType = "cage.image";

/** The images that a browser shows, by the suffix of their names. */
const mediaTypes: Readonly<Record<string, string>> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".webp": "image/webp",
  ".bmp": "image/bmp",
  ".ico": "image/x-icon",
  ".avif": "image/avif",
};

/** Tells whether a decrypted file is shown as an image. */
export function isImage(name: string): boolean {
  return extname(name).toLowerCase() in mediaTypes;
}

/**
 * Shows decrypted images. VS Code's own preview would keep the plaintext in a cache on the disk.
 * Here the bytes go by message into the page's memory and nowhere else.
 */
export class ImageViewer implements vscode.CustomReadonlyEditorProvider {
  constructor(private readonly files: CageFileSystem) {}

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  async resolveCustomEditor(
    { uri }: vscode.CustomDocument,
    panel: vscode.WebviewPanel,
  ): Promise<void> {
    const name = quoted(posix.basename(uri.path));
    const type = mediaTypes[extname(uri.path).toLowerCase()];
    let failure: Explanation | null = null;
    let isOpen = true;
    const setPage = (html: string): void => {
      // The tab may be closed while its image is read; its page then accepts nothing.
      if (isOpen) panel.webview.html = html;
    };
    const show = (): void => {
      failure = null;
      setPage(imagePage(name, crypto.randomUUID()));
    };
    const read = async (): Promise<Uint8Array | null> => {
      try {
        return await vscode.workspace.fs.readFile(uri);
      } catch (error) {
        failure = explanation(error);
        setPage(failurePage(name, failure, crypto.randomUUID()));
        return null;
      }
    };
    // The first read comes before this function returns, while the plaintext of the opening is
    // still at hand.
    let first: Uint8Array | null = null;
    const send = async (): Promise<void> => {
      const bytes = first ?? (await read());
      first = null;
      if (bytes === null) return;
      try {
        if (isOpen) await panel.webview.postMessage({ bytes, type });
      } finally {
        // The page got a copy of its own.
        bytes.fill(0);
      }
    };
    panel.webview.options = { enableScripts: true };
    panel.webview.onDidReceiveMessage(async (message: unknown) => {
      // The page asks for its image each time it is created, also when a hidden tab shows again.
      if (message === "ready") {
        await send();
        return;
      }
      const action = failure?.actions.find(({ command }) => command === message);
      if (action === undefined) return;
      await vscode.commands.executeCommand(action.command, uri);
      if (action === tryAgain) show();
    });
    const changes = this.files.onDidChangeFile((events) => {
      if (!events.some((event) => event.uri.toString() === uri.toString())) return;
      first?.fill(0);
      first = null;
      if (failure === null) void send();
      else show();
    });
    panel.onDidDispose(() => {
      isOpen = false;
      first?.fill(0);
      first = null;
      changes.dispose();
    });
    first = await read();
    if (first !== null) show();
  }
}

const tryAgain: Action = { label: "Try Again", command: "cage.openDecrypted" };

/** Explains a failed read; the file system's own errors already explain themselves. */
function explanation(error: unknown): Explanation {
  if (!(error instanceof vscode.FileSystemError)) return explain(error);
  return { message: quoted(error.message, longestMessage), nextStep: "", actions: [tryAgain] };
}
