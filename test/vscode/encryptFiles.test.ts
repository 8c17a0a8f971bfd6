import { expect, it, vi } from "vitest";
import type { CommandContext } from "../../src/vscode/commands/context";
import { encryptFilesCommand } from "../../src/vscode/commands/encryptFiles";
import { setUp } from "../keys/kit";

const asked = vi.hoisted(() => ({ what: [] as string[], names: [] as string[] }));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  workspace: { getConfiguration: () => ({ get: () => undefined }) },
}));
vi.mock("../../src/vscode/commands/sources", () => ({
  sourcesOf: () => Promise.resolve(["/w"]),
}));
vi.mock("../../src/vscode/commands/planning", () => ({
  planned: () =>
    Promise.resolve({ operation: "encrypt", items: asked.names, skipped: [], lacks: [] }),
}));
vi.mock("../../src/vscode/commands/identityGuard", () => ({
  identityFilesOf: () => Promise.resolve(new Set()),
  confirmIdentities: () => Promise.resolve(true),
}));
vi.mock("../../src/vscode/commands/batchRecipients", () => ({
  pickBatchRecipients: () => Promise.resolve({ kind: "lists", lists: [], wipe: () => undefined }),
}));
vi.mock("../../src/vscode/commands/formatPicker", () => ({
  pickFormat: (what: string) => Promise.resolve(asked.what.push(what)).then(() => null),
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
