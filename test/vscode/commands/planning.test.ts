import { expect, it, vi } from "vitest";
import type { BatchPlan } from "../../../src/documents/files/planBatch";
import { planned } from "../../../src/vscode/commands/planning";
import { user } from "../fakeUser";

vi.mock("vscode", () => import("../fakeWindow"));

const plan: BatchPlan = { operation: "encrypt", items: [], skipped: [], bytes: 0, lacks: [] };

it("a plan for files is made at once", async () => {
  const signals: (AbortSignal | undefined)[] = [];
  const making = (signal?: AbortSignal) => Promise.resolve(signals.push(signal)).then(() => plan);
  expect(await planned("files", making)).toBe(plan);
  expect([signals, user.shown]).toEqual([[undefined], []]);
});

it("a plan for folders is made under a progress, whose Cancel ends it", async () => {
  expect(await planned("folders", () => Promise.resolve(plan))).toBe(plan);
  expect(user.texts("progress")).toEqual(["Looking through the folder"]);
  const making = planned("folders", (signal) => {
    for (const cancel of user.cancels) cancel();
    signal?.throwIfAborted();
    return Promise.resolve(plan);
  });
  await expect(making).rejects.toThrow("abort");
});
