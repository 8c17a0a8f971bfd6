import { extname, posix } from "node:path";
import * as vscode from "vscode";
import type { CageFileSystem } from "./fileSystemProvider";
import { imagePage } from "./pages";

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

/** Whether a decrypted file is shown as an image. */
export function isImage(name: string): boolean {
  return extname(name).toLowerCase() in mediaTypes;
}

/**
 * Shows decrypted images. VS Code's own preview would keep the plaintext in a cache on the disk; here
 * the bytes go by message into the page's memory and nowhere else.
 */
export class ImageViewer implements vscode.CustomReadonlyEditorProvider {
  constructor(private readonly files: CageFileSystem) {}

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): void {
    const name = posix.basename(uri.path);
    const type = mediaTypes[extname(name).toLowerCase()];
    const send = async (): Promise<void> => {
      const bytes = await vscode.workspace.fs.readFile(uri);
      await panel.webview.postMessage({ bytes, type });
    };
    panel.webview.options = { enableScripts: true };
    // The page asks for its image whenever it is made, also when a hidden tab shows again.
    panel.webview.onDidReceiveMessage(() => void send());
    const changes = this.files.onDidChangeFile((events) => {
      if (events.some((event) => event.uri.toString() === uri.toString())) void send();
    });
    panel.onDidDispose(() => {
      changes.dispose();
    });
    panel.webview.html = imagePage(name, crypto.randomUUID());
  }
}
