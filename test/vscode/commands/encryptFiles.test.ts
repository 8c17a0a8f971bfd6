import { Uri } from "vscode";
import { expect, it, vi } from "vitest";
import type { CommandContext } from "../../../src/vscode/commands/context";
import { encryptFilesCommand } from "../../../src/vscode/commands/encryptFiles";
import { setUp } from "../../keys/kit";

const asked = vi.hoisted(() => ({
  ...{ what: [] as string[], names: [] as string[], format: null as string | null },
  ...{ texts: [] as object[], questions: [] as unknown[] },
}));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  workspace: {
    getConfiguration: () => ({ get: () => undefined }),
    get textDocuments() {
      return asked.texts;
    },
    notebookDocuments: [],
  },
  window: {
    tabGroups: { all: [] },
    showQuickPick: (_: object[], options: object) =>
      Promise.resolve(void asked.questions.push(options)),
  },
}));
vi.mock("../../../src/vscode/commands/sources", () => ({
  sourcesOf: (kind: string) => Promise.resolve(kind === "files" ? ["/w/a.txt"] : ["/w"]),
}));
vi.mock("../../../src/vscode/commands/planning", () => ({
  planned: () =>
    Promise.resolve({ operation: "encrypt", items: asked.names, skipped: [], lacks: [] }),
}));
vi.mock("../../../src/vscode/commands/identityGuard", () => ({
  identityFilesOf: () => Promise.resolve(new Set()),
  confirmIdentities: () => Promise.resolve(true),
}));
vi.mock("../../../src/vscode/commands/batchRecipients", () => ({
  pickBatchRecipients: () => Promise.resolve({ kind: "lists", lists: [], wipe: () => undefined }),
}));
vi.mock("../../../src/vscode/commands/formatPicker", () => ({
  pickFormat: (what: string) => Promise.resolve(asked.what.push(what)).then(() => asked.format),
}));
vi.mock("../../../src/vscode/commands/recipientPicker", () => ({
  pickRecipients: () => Promise.resolve({ recipients: [], wipe: () => undefined }),
}));

const context = {
  strategies: { confirmUsable: () => Promise.resolve() },
  documentContext: { keys: { keyring: setUp(30).ring } },
} as unknown as CommandContext;

it("the question about a folder's files counts them", async () => {
  for (const names of [["a"], ["a", "b"]]) {
    asked.names = names;
    await encryptFilesCommand(context, "folders", undefined, undefined);
  }
  expect(asked.what).toEqual(["1 file", "2 files"]);
});

it("the question about a file's original says that its unsaved text is saved first", async () => {
  Object.assign(asked, { names: ["a"], format: "binary" });
  for (const isDirty of [true, false]) {
    asked.texts = [
      { uri: Uri.file("/w/a.txt"), isDirty },
      { uri: Uri.file("/w/other"), isDirty: true },
    ];
    await encryptFilesCommand(context, "files", undefined, undefined);
  }
  expect(asked.questions).toMatchObject([
    { placeHolder: "The unsaved text of a.txt is saved to the disk first." },
    { placeHolder: "" },
  ]);
});
