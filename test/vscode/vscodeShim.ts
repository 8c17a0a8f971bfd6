// The parts of the vscode module that the pure parts of src/vscode need. They behave as VS Code
// documents them.
import { rm } from "node:fs/promises";
import type { Uri } from "./fakeUri";

export { FileSystemError, platform, Uri } from "./fakeUri";

/** The warnings that were shown. */
export const warnings: string[] = [];

/** A window in which nobody answers. */
export const window = {
  showWarningMessage: (text: string): Promise<undefined> => {
    warnings.push(text);
    return Promise.resolve(undefined);
  },
};

/** A workspace whose disk has a trash that keeps nothing. */
export const workspace = {
  fs: {
    delete: ({ fsPath }: Uri): Promise<void> => rm(fsPath),
  },
};
