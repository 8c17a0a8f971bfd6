import { beforeEach, expect, it, vi } from "vitest";
import type { CommandContext } from "../../../src/vscode/commands/context";
import { decryptFilesCommand } from "../../../src/vscode/commands/decryptFiles";
import type { RunFile } from "../../../src/vscode/commands/runFiles";
import { setUp } from "../../keys/kit";

const paths = ["/w/a.age", "/w/b.age", "/w/c.age"];
const asked: unknown[] = [];
const meanwhile = vi.hoisted(() => ({ run: null as ((path: string) => void) | null }));

vi.mock("../../../src/vscode/commands/sources", () => ({
  sourcesOf: () => Promise.resolve(["/w"]),
}));
vi.mock("../../../src/vscode/commands/planning", () => ({ planned: () => Promise.resolve({}) }));
vi.mock("../../../src/vscode/commands/agreement", () => ({
  agreeOnPlan: () => Promise.resolve({ items: [], skipped: [] }),
  withSavedEditors: (plan: unknown) => Promise.resolve(plan),
}));
vi.mock("../../../src/vscode/commands/runFiles", () => ({
  isSingle: () => false,
  runPlan: async (_: unknown, run: RunFile) => {
    for (const source of paths) await run({ source } as never, () => undefined);
    return { done: [] };
  },
}));
vi.mock("../../../src/documents/files/decryptFile", () => ({
  decryptFile: ({ source, asking }: { source: string; asking: unknown }) => {
    asked.push(asking);
    meanwhile.run?.(source);
    return Promise.resolve();
  },
}));

beforeEach(() => {
  asked.length = 0;
});

it("files after a lock are decrypted with the keys at hand, and without a question", async () => {
  const { ring } = setUp(30);
  const context = { documentContext: { keys: { keyring: ring } } } as unknown as CommandContext;
  meanwhile.run = (path) => {
    if (path === "/w/b.age") ring.lock();
  };
  await decryptFilesCommand(context, "folders", undefined, undefined);
  expect(asked).toEqual(["ask", "ask", "never"]);
  await decryptFilesCommand(context, "folders", undefined, undefined);
  expect(asked.slice(3)).toEqual(["ask", "ask", "never"]);
});
