import * as vscode from "vscode";
import { AgeError, type AgeErrorCode } from "../../age/errors";
import { explain, isAbsent } from "../wording/failureText";

/** Makes the error that a file system provider throws; VS Code shows its text. */
export function fileSystemError(error: unknown, uri: vscode.Uri): vscode.FileSystemError {
  const { message, details = [], nextStep } = explain(error);
  const text = [message, ...details, nextStep].join(" ");
  if (!(error instanceof AgeError)) return vscode.FileSystemError.Unavailable(text);
  // VS Code offers to create a file that is not found, and shows its tab as deleted. Only here that
  // is right.
  const { code } = error;
  if (isAbsent(error)) return vscode.FileSystemError.FileNotFound(uri);
  if (code === "already-exists") return vscode.FileSystemError.FileExists(text);
  if (noPermission.has(code)) return vscode.FileSystemError.NoPermissions(text);
  return vscode.FileSystemError.Unavailable(text);
}

const noPermission: ReadonlySet<AgeErrorCode> = new Set([
  "encrypted-name",
  "locked",
  "dismissed",
  "no-permission",
  "no-identity-match",
]);
