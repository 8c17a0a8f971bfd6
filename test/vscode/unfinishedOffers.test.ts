import { mkdir } from "node:fs/promises";
import { beforeEach, expect, it, vi } from "vitest";
import { hiddenPath } from "../../src/documents/disk/hiddenNames";
import { encodeRecord } from "../../src/documents/files/unfinishedRecord";
import { recordFile } from "../../src/documents/files/unfinishedStore";
import { shortDigest } from "../../src/documents/disk/digest";
import { offerMany } from "../../src/vscode/commands/showUnfinished";
import { UnfinishedOffers } from "../../src/vscode/unfinishedOffers";
import { desk } from "../documents/kit";

const shown = vi.hoisted(() => ({ messages: [] as (readonly string[])[], ran: [] as string[] }));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  window: {
    showWarningMessage: (...told: string[]) => {
      shown.messages.push(told);
      return Promise.resolve(told.at(-1));
    },
  },
  commands: {
    executeCommand: (command: string) => Promise.resolve(void shown.ran.push(command)),
  },
}));

beforeEach(() => {
  shown.messages = [];
  shown.ran = [];
});

/** Offers this many operations, as a batch may leave them behind. */
async function offersOf(count: number) {
  const at = await desk();
  const { unfinished } = at.context;
  await mkdir(unfinished.folder, { recursive: true });
  for (let index = 0; index < count; index++) {
    const target = at.path(`${index}`);
    const partial = hiddenPath(target, "0f".repeat(12), "cage-partial");
    await at.put(partial.slice(at.path("").length), "some plaintext");
    const run = { source: at.path("a.age"), target, partial, sourceSize: 9, pid: 1, start: "gone" };
    const record = encodeRecord({ operation: "decrypt", ...run });
    await at.context.disk
      .create(recordFile(shortDigest(target), 1, unfinished).path)
      .then((file) => file.write(record).then(() => file.close()));
  }
  const single: string[] = [];
  const failures: unknown[] = [];
  const offers = new UnfinishedOffers(
    at.context,
    ({ record }) => Promise.resolve(void single.push(record.target)),
    offerMany,
    (_path, error) => failures.push(error),
  );
  await vi.waitFor(() => {
    expect(single.length + shown.messages.length + failures.length).toBeGreaterThan(0);
  }, 30_000);
  offers.dispose();
  expect(failures).toEqual([]);
  return single;
}

it("300 interrupted operations are told of in one message, which leads to their list", async () => {
  expect(await offersOf(300)).toEqual([]);
  expect(shown.messages).toEqual([
    ["300 encryptions or decryptions were interrupted.", "Unfinished Files…"],
  ]);
  await vi.waitFor(() => {
    expect(shown.ran).toEqual(["cage.showUnfinished"]);
  });
});

it("a few are offered each by itself", async () => {
  expect(await offersOf(3)).toHaveLength(3);
  expect(shown.messages).toEqual([]);
});
