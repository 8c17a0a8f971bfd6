import { Uri } from "vscode";
import { expect, it, vi } from "vitest";
import { AgeError } from "../../../src/age/errors";
import type { Skipped } from "../../../src/documents/files/walkFolder";
import type { AgreedItem } from "../../../src/vscode/commands/agreement";
import { isSingle, runPlan, tellDone, type RunFile } from "../../../src/vscode/commands/runFiles";
import type { Originals } from "../../../src/vscode/originals";
import { user } from "../fakeUser";
import { held } from "../fakeWorkspace";
import { report } from "../report";
import { commandDesk } from "./kit";

vi.mock("vscode", () => import("../fakeWindow"));

const item = (name: string): AgreedItem => ({
  ...{ source: `/w/${name}`, target: `/w/${name}.age`, size: 5, taken: null, identity: null },
  ...{ seen: { source: `/w/${name}`, id: "1", target: `/w/${name}.age` }, existing: "keep" },
});

const outcome = {
  ...{ report: report({ bytes: 5 }), startedAnew: null, sourceVersion: "1" },
  readBack: "not asked for",
} as const;

const planOf = (items: readonly AgreedItem[], skipped: readonly Skipped[]) =>
  ({ operation: "encrypt", items, skipped, bytes: 5, lacks: [] }) as const;

const done: RunFile = () => Promise.resolve(outcome);
const fails =
  (error: Error): RunFile =>
  () =>
    Promise.reject(error);
const list = { path: "/w/x", reason: "recipients list cannot be used" } as const;
const git = { path: "/w/.git", reason: "part of Git" } as const;

/** Runs a plan. @returns what was reported of each file, and what became of the originals. */
async function run(plan: ReturnType<typeof planOf>, file: RunFile = done) {
  const reported: string[] = [];
  const fates: string[] = [];
  const originals = {
    moveToTrash: (path: string) => Promise.resolve(void fates.push(path)),
    askForTheRest: () => Promise.resolve(void fates.push("asked")),
    summary: () => "The originals are gone.",
  };
  const onReport = (path: string) => reported.push(path);
  const { context, logged } = await commandDesk({ onReport });
  const running = runPlan(plan, file, originals as unknown as Originals, context);
  return { running, reported, fates, logged, context };
}

/** Everything that was told, with its buttons. */
const told = () =>
  user.shown
    .filter(({ kind }) => kind !== "progress")
    .map(({ kind, text, rows }) => [kind, text, ...rows.map(({ label }) => label)]);

it("a batch that left plaintext behind ends with a warning that counts it", async () => {
  await (
    await run(planOf([item("a"), item("b")], [list, git]))
  ).running;
  const text = /^2 files were encrypted\. 1 item was left out: recipients list/;
  expect(told()).toEqual([["warning", expect.stringMatching(text), "Show Report"]]);
});

it("a batch that left out what needs nothing ends with information, and what became of the originals", async () => {
  const { running, reported, fates } = await run(planOf([item("a"), item("b")], [git]));
  await running;
  const text = /^2 of 2 files were encrypted, 10 B.* The originals are gone\.$/;
  expect(told()).toEqual([["information", expect.stringMatching(text), "Show Report"]]);
  expect(reported).toEqual(["/w/a.age", "/w/b.age"]);
  expect(fates).toEqual(["/w/a", "/w/b", "asked"]);
  expect(user.texts("progress")).toEqual(["Encrypting a and 1 more"]);
});

it("a batch that fails 300 times is told of once, with the number, and logged", async () => {
  const items = Array.from({ length: 300 }, (_, index) => item(`${index}`));
  const { running, logged } = await run(planOf(items, []), fails(new Error("no")));
  await running;
  const text = /^0 of 300 files were encrypted.*300 failed/;
  expect(told()).toEqual([["warning", expect.stringMatching(text), "Show Report"]]);
  expect(logged.filter((line) => line.startsWith("error"))).toHaveLength(300);
});

it("a batch of one file tells what it left behind, also where that file fails", async () => {
  const plan = planOf([item("a")], [list]);
  expect(isSingle(plan)).toBe(false);
  expect(isSingle(planOf([item("a")], [git]))).toBe(true);
  await (
    await run(plan)
  ).running;
  await (
    await run(plan, fails(new Error("no")))
  ).running;
  expect(told().map(([kind, text]) => [kind, text?.split(": ")[0]])).toEqual([
    ["warning", "1 file was encrypted. 1 item was left out"],
    ["warning", "0 of 1 file were encrypted. 1 failed. 1 item was left out"],
  ]);
});

it("the failure of a single file is thrown, and its success is the caller's to tell", async () => {
  const plan = planOf([item("a")], []);
  const failure = new AgeError("disk-full", "the disk is full");
  await expect((await run(plan, fails(failure))).running).rejects.toBe(failure);
  await (
    await run(plan)
  ).running;
  expect(told()).toEqual([]);
});

it("who cancels is asked about no originals, and told that nothing was written", async () => {
  const cancelled: RunFile = (_, __, signal) => {
    for (const cancel of user.cancels) cancel();
    signal?.throwIfAborted();
    return Promise.resolve(outcome);
  };
  const { running, fates } = await run(planOf([item("a")], []), cancelled);
  await running;
  expect(told()).toEqual([["information", "Cancelled. Nothing was written."]]);
  expect(fates).toEqual([]);
});

it("the report opens from the message, and again later", async () => {
  user.will("Show Report");
  const { running, context } = await run(planOf([item("a"), item("b")], []));
  await running;
  await vi.waitFor(() => {
    expect(user.last("document").text).toBe("Encryption Report");
  });
  await context.reports.showLast();
  expect(user.texts("document")).toHaveLength(2);
  expect(user.last("document").detail).toContain("The originals are gone.");
});

it("where the strategy failed the message offers another one", async () => {
  user.will("Use Native");
  const failure = new AgeError("program-failed", "age failed");
  await (
    await run(planOf([item("a"), item("b")], []), fails(failure))
  ).running;
  await vi.waitFor(() => {
    expect(held.ran).toEqual([["cage.useNative", Uri.file("/w/a")]]);
  });
});

it("a single file that is done is told of in sentences, with what is offered", async () => {
  user.will("Open");
  expect(await tellDone("a.age is encrypted", outcome, "Keep it.", "Open")).toBe("Open");
  expect(told()).toEqual([
    ["information", expect.stringMatching(/^a\.age is encrypted \(5 B.*\)\. Keep it\.$/), "Open"],
  ]);
});
