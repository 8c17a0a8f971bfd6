import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import type { Disk } from "../../documents/disk/disk";

/**
 * Watches a file. It also watches the target of a symbolic link: the link does not change with it.
 */
export function watchFile(
  path: string,
  disk: Disk,
  onChange: (type: vscode.FileChangeType) => void,
): vscode.Disposable {
  const watchers: vscode.Disposable[] = [];
  let isWanted = true;
  const watchAt = (place: string): void => {
    const folder = vscode.Uri.file(dirname(place));
    const pattern = new vscode.RelativePattern(folder, literalGlob(basename(place)));
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const tell = (type: vscode.FileChangeType) => () => {
      onChange(type);
    };
    watcher.onDidChange(tell(vscode.FileChangeType.Changed));
    // A save that replaces the file looks like a new file.
    watcher.onDidCreate(tell(vscode.FileChangeType.Changed));
    watcher.onDidDelete(tell(vscode.FileChangeType.Deleted));
    watchers.push(watcher);
  };
  watchAt(path);
  void disk.realPath(path).then(
    (target) => {
      if (isWanted && target !== path) watchAt(target);
    },
    () => undefined,
  );
  return new vscode.Disposable(() => {
    isWanted = false;
    for (const watcher of watchers) watcher.dispose();
  });
}

/** Makes the glob that matches exactly this name. */
function literalGlob(name: string): string {
  return name.replaceAll(/[[\]{}*?]/g, "[$&]");
}
