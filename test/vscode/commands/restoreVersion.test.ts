import { expect, it, vi } from "vitest";
import type { CommandContext } from "../../../src/vscode/commands/context";
import { restoreComparedCommand } from "../../../src/vscode/commands/restoreVersion";
import { documentUri } from "../../../src/vscode/uris";

const fake = vi.hoisted(() => ({ messages: [] as string[] }));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  ViewColumn: { Active: -1 },
  window: {
    tabGroups: { activeTabGroup: {} },
    showInformationMessage: (message: string) => Promise.resolve(void fake.messages.push(message)),
  },
}));

it("the button of a comparison is about its file, also in a host that was started again", async () => {
  const context = {
    comparedVersion: { shown: null },
    versions: { versionsOf: () => Promise.resolve([]), allVersions: () => Promise.resolve([]) },
    documentContext: {
      disk: { facts: () => Promise.resolve({}), realPath: (path: string) => Promise.resolve(path) },
    },
  } as unknown as CommandContext;
  await restoreComparedCommand(context, documentUri("/w/a.age"));
  expect(fake.messages[0]).toContain("No version of a.age is kept.");
});
