import { posix } from "node:path";
import * as vscode from "vscode";
import { isEncryptedName, plainName } from "../documents/names";

/** The URI scheme of decrypted documents. */
export const scheme = "cage";

/** What a `cage:` URI stands for: an encrypted file reads as a folder with one entry. */
export type Place =
  | { readonly kind: "document"; readonly path: string }
  | { readonly kind: "encrypted file"; readonly path: string }
  | { readonly kind: "folder"; readonly path: string };

/** The decrypted document inside an encrypted file on this machine's disk. */
export function documentUri(path: string): vscode.Uri {
  const file = vscode.Uri.file(path);
  return file.with({ scheme, path: posix.join(file.path, plainName(posix.basename(file.path))) });
}

/**
 * What a `cage:` URI stands for. Its query is ignored, since previews append to it.
 *
 * @returns paths of the machine's file system.
 */
export function placeOf(uri: vscode.Uri): Place {
  const parent = posix.dirname(uri.path);
  const container = posix.basename(parent);
  if (isEncryptedName(container) && posix.basename(uri.path) === plainName(container)) {
    return { kind: "document", path: filePath(uri, parent) };
  }
  const kind = isEncryptedName(posix.basename(uri.path)) ? "encrypted file" : "folder";
  return { kind, path: filePath(uri, uri.path) };
}

/** The encrypted file of a decrypted document, or null for any other URI. */
export function encryptedPath(uri: vscode.Uri): string | null {
  if (uri.scheme !== scheme) return null;
  const place = placeOf(uri);
  return place.kind === "document" ? place.path : null;
}

/** The authority is the server of a Windows share, and empty otherwise. */
function filePath({ authority }: vscode.Uri, path: string): string {
  return vscode.Uri.from({ scheme: "file", authority, path }).fsPath;
}
