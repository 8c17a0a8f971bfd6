import { beforeEach, expect, it, vi } from "vitest";
import type { Skipped } from "../../../src/documents/files/walkFolder";
import type { AgreedItem } from "../../../src/vscode/commands/agreement";
import type { CommandContext } from "../../../src/vscode/commands/context";
import { isSingle, runPlan } from "../../../src/vscode/commands/runFiles";
import { report } from "../report";

const shown = vi.hoisted(() => ({ messages: [] as (readonly string[])[] }));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  window: {
    showInformationMessage: (...told: string[]) =>
      Promise.resolve(void shown.messages.push(["information", ...told])),
    showWarningMessage: (...told: string[]) =>
      Promise.resolve(void shown.messages.push(["warning", ...told])),
  },
}));
vi.mock("../../../src/vscode/status/progress", () => ({
  withFileProgress: (_title: unknown, _bar: unknown, run: (told: () => void) => unknown) =>
    run(() => undefined),
}));

const item = (name: string): AgreedItem => ({
  ...{ source: `/w/${name}`, target: `/w/${name}.age`, size: 5, taken: null, identity: null },
  ...{ seen: { source: `/w/${name}`, id: "1", target: `/w/${name}.age` }, existing: "keep" },
});

const context = {
  ...{ log: { info: () => undefined, failure: () => undefined }, onReport: () => undefined },
  reports: { keep: () => undefined },
} as unknown as CommandContext;

const outcome = {
  ...{ report: report({ bytes: 5 }), startedAnew: null, sourceVersion: "1" },
  readBack: "not asked for",
} as const;

const planOf = (items: readonly AgreedItem[], skipped: readonly Skipped[]) =>
  ({ operation: "encrypt", items, skipped, bytes: 5, lacks: [] }) as const;

const run = () => Promise.resolve(outcome);
const list = { path: "/w/x", reason: "recipients list cannot be used" } as const;
const git = { path: "/w/.git", reason: "part of Git" } as const;

beforeEach(() => {
  shown.messages = [];
});

it("a batch that left plaintext behind ends with a warning that counts it", async () => {
  await runPlan(planOf([item("a"), item("b")], [list, git]), run, null, context);
  expect(shown.messages).toEqual([
    [
      "warning",
      expect.stringMatching(/^2 files were encrypted\. 1 item was left out: recipients list/),
      "Show Report",
    ],
  ]);
});

it("a batch that left out what needs nothing ends with information", async () => {
  await runPlan(planOf([item("a"), item("b")], [git]), run, null, context);
  expect(shown.messages).toEqual([
    ["information", expect.stringMatching(/^2 of 2 files were encrypted, 10 B/), "Show Report"],
  ]);
});

it("a batch that fails 300 times is told of once, with the number", async () => {
  const items = Array.from({ length: 300 }, (_, index) => item(`${index}`));
  await runPlan(planOf(items, []), () => Promise.reject(new Error("no")), null, context);
  expect(shown.messages).toEqual([
    ["warning", expect.stringMatching(/^0 of 300 files were encrypted.*300 failed/), "Show Report"],
  ]);
});

it("a batch of one file tells what it left behind, also where that file fails", async () => {
  const plan = planOf([item("a")], [list]);
  expect(isSingle(plan)).toBe(false);
  expect(isSingle(planOf([item("a")], [git]))).toBe(true);
  await runPlan(plan, run, null, context);
  await runPlan(plan, () => Promise.reject(new Error("no")), null, context);
  expect(shown.messages.map(([kind, text]) => [kind, text?.split(": ")[0]])).toEqual([
    ["warning", "1 file was encrypted. 1 item was left out"],
    ["warning", "0 of 1 file were encrypted. 1 failed. 1 item was left out"],
  ]);
});
