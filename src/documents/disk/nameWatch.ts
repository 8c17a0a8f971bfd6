import { platform } from "node:os";
import { watch } from "node:fs";
import type { NameWatch } from "./disk";

/**
 * Watches the names in a folder.
 *
 * @returns null if the system can't watch another folder, and on every system but Linux: only
 * inotify(7) reports each change in its order.
 */
export function watchNames(folder: string): NameWatch | null {
  if (platform() !== "linux") return null;
  const names: string[] = [];
  let onChange = (): void => undefined;
  try {
    const watcher = watch(folder, { persistent: false }, (change, name) => {
      // The other kind of change concerns a file's content or attributes.
      if (change !== "rename" || name === null) return;
      names.push(name);
      onChange();
    });
    // The folder or its disk is gone: no more changes follow.
    watcher.on("error", () => undefined);
    return {
      names,
      until: (isMet) =>
        new Promise((resolve) => {
          const timer = setTimeout(() => {
            resolve(isMet(names));
          }, longestSilence);
          onChange = () => {
            if (!isMet(names)) return;
            clearTimeout(timer);
            resolve(true);
          };
          onChange();
        }),
      close: () => {
        watcher.close();
      },
    };
  } catch {
    return null;
  }
}

/**
 * The silence, in milliseconds, after which the system reports nothing on this disk. Usually it
 * reports a change at once.
 */
const longestSilence = 500;
