import { posix } from "node:path";
import * as vscode from "vscode";
import { isEncryptedName, plainName } from "../documents/disk/encryptedNames";

/**
 * The URI scheme of decrypted documents. VS Code backs unsaved text up in the clear, to a folder
 * with the scheme's name, unless the file system refuses that name: most allow at most 255
 * characters. The name itself explains why it is so long. package.json has it, too.
 */
export const scheme =
  "cage-decrypted-text-this-name-is-long-on-purpose-the-editor-" +
  "backs-up-unsaved-text-in-the-clear-to-a-folder-of-this-name-" +
  "but-disks-make-no-folder-with-a-name-of-more-than-255-" +
  "characters-so-it-cannot-write-that-backup-and-your-unsaved-text-" +
  "stays-off-the-disk";

/** The scheme of earlier versions, whose tabs and backups may still exist. */
export const oldScheme = "cage";

/** The thing that a URI of the scheme names. An encrypted file reads as a folder with one entry. */
export type DocumentPlace =
  | { readonly kind: "document"; readonly path: string }
  | { readonly kind: "encrypted file"; readonly path: string }
  | { readonly kind: "folder"; readonly path: string };

/** Makes the URI of the decrypted document of an encrypted file on this machine's disk. */
export function documentUri(path: string): vscode.Uri {
  const file = vscode.Uri.file(path);
  return file.with({ scheme, path: posix.join(file.path, plainName(posix.basename(file.path))) });
}

/**
 * Finds what a URI of the scheme names. Its query is ignored, since previews append to it.
 *
 * @returns paths of the machine's file system.
 */
export function placeOf(uri: vscode.Uri): DocumentPlace {
  const parent = posix.dirname(uri.path);
  const container = posix.basename(parent);
  if (isEncryptedName(container) && posix.basename(uri.path) === plainName(container)) {
    return { kind: "document", path: filePath(uri, parent) };
  }
  const kind = isEncryptedName(posix.basename(uri.path)) ? "encrypted file" : "folder";
  return { kind, path: filePath(uri, uri.path) };
}

/** Finds the encrypted file of a decrypted document; null for any other URI. */
export function encryptedPath(uri: vscode.Uri): string | null {
  if (uri.scheme !== scheme) return null;
  const place = placeOf(uri);
  return place.kind === "document" ? place.path : null;
}

/** Finds the encrypted file of a document of an earlier version; null for any other URI. */
export function pathOfOldDocument(uri: vscode.Uri): string | null {
  return uri.scheme === oldScheme ? encryptedPath(uri.with({ scheme })) : null;
}

/**
 * Makes a file path from a URI's path. The authority is the server of a Windows share, and empty
 * otherwise.
 */
function filePath({ authority }: vscode.Uri, path: string): string {
  return vscode.Uri.from({ scheme: "file", authority, path }).fsPath;
}
