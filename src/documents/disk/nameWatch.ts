import { platform } from "node:os";
import { watch } from "node:fs";
import type { NameWatch } from "./disk";

/**
 * Watches the names in a folder.
 *
 * @returns null unless on Linux, which alone tells each change in its order (inotify(7)), or if the
 * system watches no more folders.
 */
export function watchNames(folder: string): NameWatch | null {
  if (platform() !== "linux") return null;
  const names: string[] = [];
  let onChange = (): void => undefined;
  try {
    const watcher = watch(folder, { persistent: false }, (change, name) => {
      // The other kind of change is that of a file's content or attributes.
      if (change !== "rename" || name === null) return;
      names.push(name);
      onChange();
    });
    // The folder is gone, or its disk: then nothing more is told.
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
 * The system tells of a change at once; after so many milliseconds it tells nothing on this disk.
 */
const longestSilence = 500;
