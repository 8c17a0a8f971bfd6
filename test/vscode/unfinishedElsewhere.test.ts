import { symlink } from "node:fs/promises";
import { beforeEach, expect, it, vi } from "vitest";
import { AgeError } from "../../src/age/errors";
import type { CommandContext } from "../../src/vscode/commands/context";
import { showUnfinishedCommand } from "../../src/vscode/commands/showUnfinished";
import { explain } from "../../src/vscode/wording/failureText";
import { UnfinishedOffers } from "../../src/vscode/unfinishedOffers";
import { desk, expectNames, type Desk } from "../documents/kit";
import { begunElsewhere, homeOn, inProcess } from "../documents/operations";

const fake = vi.hoisted(() => ({
  questions: [] as string[],
  answer: undefined as string | undefined,
  act: "Discard",
  rows: [] as { readonly label: string; readonly description: string }[][],
}));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  window: {
    showQuickPick: (rows: (typeof fake.rows)[number]) => {
      fake.rows.push(rows);
      return Promise.resolve(rows.find(({ label }) => label === fake.act) ?? rows[0]);
    },
    showWarningMessage: (message: string, { detail }: { readonly detail: string }) => {
      fake.questions.push(`${message} ${detail}`);
      return Promise.resolve(fake.answer);
    },
  },
}));

beforeEach(() => {
  Object.assign(fake, { questions: [], answer: undefined, act: "Discard", rows: [] });
});

async function begunThere(start?: string): Promise<Desk> {
  const at = await desk();
  const facts = { host: "other-container", since: 1234 };
  await begunElsewhere(at, start === undefined ? facts : { ...facts, start });
  return at;
}

function unfinishedFiles(at: Desk): Promise<void> {
  const context = { documentContext: inProcess(at, 3) } as unknown as CommandContext;
  return showUnfinishedCommand(context);
}

it("Unfinished Files… names who holds a target, and since when", async () => {
  const at = await begunThere();
  await unfinishedFiles(at);
  const since = new Date(1234).toLocaleString();
  const holder = `process 2 on other-container, since ${since}`;
  expect(fake.rows[0]?.[0]?.description).toContain(holder);
  expect(fake.questions).toEqual([expect.stringContaining(holder)]);
});

it("a run that may be alive is ended only when the user says that it is over", async () => {
  const at = await begunThere();
  await unfinishedFiles(at);
  expect(fake.rows).toHaveLength(1);
  fake.answer = "It Is Over";
  await unfinishedFiles(at);
  await expectNames(at.folder, "a");
});

it("a target that is a link by now is not written, and its failure says what to do", async () => {
  const at = await begunThere();
  await symlink("elsewhere", at.path("a.age"));
  Object.assign(fake, { answer: "It Is Over", act: "Resume" });
  const failure = await unfinishedFiles(at).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "changed-on-disk" });
  expect(explain(failure).nextStep).toContain("Remove the link and resume, or discard");
});

it("a target that somebody may hold leads to Unfinished Files…, and says who that is", () => {
  const holder = { pid: 2, host: "laptop](command:x)", since: 1234, isAlive: false };
  const explained = explain(new AgeError("busy", "another run is writing it", { holder }));
  expect(explained.message).toContain("process 2 on laptop] (command:x), since ");
  expect(explained.actions.map(({ command }) => command)).toEqual(["cage.showUnfinished"]);
  const alive = explain(
    new AgeError("busy", "another run is writing it", { holder: { ...holder, isAlive: true } }),
  );
  expect(alive.message).toContain("process 2 on laptop");
  expect(alive.actions).toEqual([]);
});

it.each([
  ["offered where it may run elsewhere", "this-machine", true],
  ["not offered where another window here may run it", homeOn("other-container"), false],
])("a run that nobody knows of is %s", async (_what, home, isOffered) => {
  const at = await begunThere("");
  const context = inProcess(at, 3, { alive: new Set([2]) });
  const unfinished = { ...context.unfinished, home };
  const offered: string[] = [];
  let looks = 0;
  const disk: typeof context.disk = {
    ...context.disk,
    list: async (path) => {
      if (path === unfinished.folder) looks++;
      return context.disk.list(path);
    },
  };
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const offers = new UnfinishedOffers(
    { ...context, disk, unfinished },
    ({ record }) => Promise.resolve(void offered.push(record.target)),
    () => expect.fail("one is no more than a few"),
    (_path, error) => expect.fail(String(error)),
  );
  await vi.advanceTimersByTimeAsync(10_000);
  vi.useRealTimers();
  // Each look lists the folder twice: for half-written files, and for records.
  await vi.waitFor(() => {
    expect(looks).toBe(10);
  });
  await vi.waitFor(() => {
    expect(offered).toEqual(isOffered ? [at.path("a.age")] : []);
  });
  offers.dispose();
});
