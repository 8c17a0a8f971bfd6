import { Uri } from "vscode";
import { expect, it, vi } from "vitest";
import type { BatchPlan } from "../../../src/documents/files/planBatch";
import { agreeOnPlan } from "../../../src/vscode/commands/agreement";
import type { CommandContext } from "../../../src/vscode/commands/context";

const fake = vi.hoisted(() => ({
  ...{ texts: [] as object[], details: [] as string[], answers: [] as (string | undefined)[] },
}));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  workspace: {
    get textDocuments() {
      return fake.texts;
    },
    notebookDocuments: [],
  },
  window: {
    tabGroups: { all: [] },
    showInformationMessage: (_: string, { detail }: { detail: string }) => {
      fake.details.push(detail);
      return Promise.resolve(fake.answers.shift());
    },
    showQuickPick: () => Promise.resolve(undefined),
  },
}));

it("a plan says whose unsaved text is saved first, also where it is shown whole", async () => {
  const items = ["/w/a", "/w/b", "/w/c"].map((source) => ({
    ...{ source, target: `${source}.age`, size: 1, taken: null },
  }));
  const plan = { operation: "encrypt", items, skipped: [], bytes: 3, lacks: [] };
  const plans: string[] = [];
  const reports = { show: (_: string, text: string) => Promise.resolve(void plans.push(text)) };
  const context = { reports } as unknown as CommandContext;
  const agree = () => agreeOnPlan(plan as unknown as BatchPlan, "The originals are kept.", context);
  await agree();
  fake.texts = ["a", "c", "d"].map((name) => ({ uri: Uri.file(`/w/${name}`), isDirty: true }));
  fake.answers = ["Show Plan"];
  await agree();
  const said =
    "The originals are kept. The unsaved text of a and 1 more is saved to the disk first.";
  expect(fake.details[0]).not.toContain("unsaved");
  for (const text of [fake.details[1], plans[0]]) expect(text).toContain(said);
});
