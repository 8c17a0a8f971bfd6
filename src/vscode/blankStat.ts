import * as vscode from "vscode";

/** Describes a locked document that VS Code still holds: it is empty, and not to be written. */
export function blankStat(): vscode.FileStat {
  return {
    type: vscode.FileType.File,
    ctime: 0,
    mtime: Date.now(),
    size: 0,
    permissions: vscode.FilePermission.Readonly,
  };
}
