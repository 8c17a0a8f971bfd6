import { mkdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { collect, decrypt, encrypt, type Format } from "../../src/age/age";
import { X25519Identity } from "../../src/age/x25519";
import { identityFileText } from "../../src/keys/identityFileText";
import { documentUri } from "../../src/vscode/uris";
import type { TestContext } from "./runner";

/** Makes an identity where the extension looks for one in this home folder. */
export async function useIdentity(): Promise<X25519Identity> {
  const identity = X25519Identity.generate();
  const folder = join(homedir(), ".config", "age");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "keys.txt"), identityFileText(identity, new Date(0)), {
    mode: 0o600,
  });
  return identity;
}

/** Encrypts a file. @returns the URI of its document. */
export async function encrypted(
  path: string,
  content: string | Uint8Array,
  identity: X25519Identity,
  format: Format = "binary",
): Promise<vscode.Uri> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  await writeFile(path, await collect(encrypt([bytes], [identity.recipient], format)));
  return documentUri(path);
}

/** Opens a file as a user does. No other way opens a file that no tab shows. */
export async function openAsUser({ onEnd }: TestContext, path: string): Promise<void> {
  onEnd(() => vscode.commands.executeCommand("workbench.action.closeAllEditors"));
  await vscode.commands.executeCommand("cage.openDecrypted", vscode.Uri.file(path));
}

/** Decrypts a file with an identity. */
export async function decrypted(path: string, identity: X25519Identity): Promise<Uint8Array> {
  const bytes = await vscode.workspace.fs.readFile(vscode.Uri.file(path));
  return collect(decrypt([bytes], [identity]));
}

/** Waits until a document has a text. It waits for changes, not for time. */
export async function textBecomes(document: vscode.TextDocument, text: string): Promise<void> {
  if (document.getText() === text) return;
  await new Promise<void>((resolve) => {
    const listener = vscode.workspace.onDidChangeTextDocument((change) => {
      if (change.document !== document || document.getText() !== text) return;
      listener.dispose();
      resolve();
    });
  });
}

/** Waits until VS Code has closed a document or emptied it. */
export async function isGone(document: vscode.TextDocument): Promise<void> {
  const closing = new Promise<void>((resolve) => {
    vscode.workspace.onDidCloseTextDocument((closed) => {
      if (closed === document) resolve();
    });
  });
  if (!document.isClosed) await Promise.race([closing, textBecomes(document, "")]);
}
