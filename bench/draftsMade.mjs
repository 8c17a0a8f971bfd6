// Counts the drafts that an extension host makes.
import { mkdirSync, readdirSync, watch } from "node:fs";
import { join } from "node:path";

/**
 * Counts drafts from now on by their names: each gets its name by a rename.
 *
 * @param {string} dataFolder the user data of a VS Code in which a document was opened
 */
export function draftsMade(dataFolder) {
  const storage = join(dataFolder, "data/User/globalStorage");
  const [folder] = readdirSync(storage).map((name) => join(storage, name, "drafts"));
  if (folder === undefined) throw new Error("the extension has no storage");
  // The extension would make the folder with its first draft.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let count = 0;
  const watcher = watch(folder, (event, name) => {
    if (event === "rename" && name?.endsWith(".draft")) count++;
  });
  return {
    stop: () => {
      watcher.close();
      return count;
    },
  };
}
