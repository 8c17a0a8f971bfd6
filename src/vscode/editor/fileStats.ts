import * as vscode from "vscode";
import { AgeError } from "../../age/errors";
import type { Disk } from "../../documents/disk/disk";
import type { FileFacts } from "../../documents/disk/fileFacts";

/** Describes a locked document that VS Code still holds: it is empty and read-only. */
export function blankStat(): vscode.FileStat {
  return {
    type: vscode.FileType.File,
    ctime: 0,
    mtime: Date.now(),
    size: 0,
    permissions: vscode.FilePermission.Readonly,
  };
}

/** Describes a document whose file is gone by the version that its text was made from. */
export function goneStat(base?: FileFacts): vscode.FileStat {
  const { ctime = 0, mtime = 0, size = 0 } = base ?? {};
  const { File: type } = vscode.FileType;
  return { type, ctime: Math.floor(ctime), mtime: Math.floor(mtime), size };
}

/** Describes a folder. @throws AgeError "not-found" */
export async function folderStat(path: string, disk: Disk): Promise<vscode.FileStat> {
  const facts = await disk.facts(path);
  if (facts === null) throw new AgeError("not-found", "the folder does not exist", { path });
  const type = vscode.FileType.Directory;
  return { type, ctime: Math.floor(facts.ctime), mtime: Math.floor(facts.mtime), size: 0 };
}
