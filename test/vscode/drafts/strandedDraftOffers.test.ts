import { beforeEach, describe, expect, it, vi } from "vitest";
import type { FoundDraft } from "../../../src/documents/drafts/draftStore";
import type { Drafts } from "../../../src/documents/drafts/drafts";
import type { DraftComparison } from "../../../src/vscode/drafts/draftComparison";
import { draftMessage } from "../../../src/vscode/wording/draftText";
import { StrandedDraftOffers } from "../../../src/vscode/drafts/strandedDraftOffers";
import type { Log } from "../../../src/vscode/log";

/** A window whose messages and lists get answers. */
const fake = vi.hoisted(() => ({
  messages: [] as (readonly string[])[],
  answer: undefined as string | undefined,
  /** The row to pick. */
  row: 0,
}));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  window: {
    showInformationMessage: (...message: string[]) => {
      fake.messages.push(message);
      return Promise.resolve(fake.answer);
    },
    showQuickPick: (rows: readonly object[]) => Promise.resolve(rows[fake.row]),
  },
  workspace: {
    getWorkspaceFolder: ({ path }: { path: string }) => (path.startsWith("/w/") ? {} : undefined),
  },
}));

beforeEach(() => {
  Object.assign(fake, { messages: [], answer: undefined, row: 0 });
});

const noLog = {} as unknown as Log;

/** Opens a window that finds drafts of missing files. */
async function begin(...paths: readonly string[]) {
  const log: string[] = [];
  const note = (what: string) => (draft: FoundDraft) =>
    Promise.resolve(void log.push(`${what} ${draft.record.path}`));
  const found = paths.map((path) => ({ record: { path, made: Date.now() } }) as FoundDraft);
  const drafts = { discard: note("discard"), stranded: () => Promise.resolve(found) };
  const comparison = { alone: note("show") };
  const stranded = new StrandedDraftOffers(
    ...([drafts as unknown as Drafts, comparison as unknown as DraftComparison, noLog] as const),
  );
  await stranded.tell(found);
  return { log, stranded, found };
}

async function start(...paths: readonly string[]): Promise<readonly string[]> {
  return (await begin(...paths)).log;
}

describe("at the start of a window", () => {
  it("a draft of a file that is gone is told of, and stays where nobody answers", async () => {
    expect(await start("/w/a.age")).toEqual([]);
    expect(fake.messages).toEqual([
      [
        expect.stringMatching(
          /^There is unsaved text of a from \d\d:\d\d, but \/w\/a\.age is gone\. If it was renamed, /,
        ),
        ...["Show Text", "Discard Draft"],
      ],
    ]);
  });

  it.each([
    ["Show Text", ["show /w/a.age"]],
    ["Discard Draft", ["discard /w/a.age"]],
  ])("%s does just that", async (answer, log) => {
    fake.answer = answer;
    expect(await start("/w/a.age")).toEqual(log);
  });

  it("several are one message, and the user chooses which to see", async () => {
    Object.assign(fake, { answer: "Choose…", row: 1 });
    expect(await start("/w/a.age", "/w/b.age", "/w/c.age")).toEqual(["show /w/b.age"]);
    expect(fake.messages).toHaveLength(1);
    expect(fake.messages[0]?.[0]).toMatch(/^There is unsaved text of 3 files that are gone\./);
  });

  it("those of other workspaces are for their own windows", async () => {
    expect(await start("/elsewhere/a.age")).toEqual([]);
    expect(fake.messages).toEqual([]);
  });
});

it("each is told of once in a window, and again on request", async () => {
  const { stranded, found } = await begin("/w/a.age");
  await stranded.tell(found);
  expect(fake.messages).toHaveLength(1);
  expect(await stranded.tellAgain()).toBe(true);
  expect(fake.messages).toHaveLength(2);
  expect(await (await begin()).stranded.tellAgain()).toBe(false);
});

it("a text that is back names the file's earlier place", () => {
  const draft = { path: "/w/old.age", made: Date.now() } as FoundDraft["record"];
  const news = { kind: "put back", hasFileChanged: false } as const;
  expect(draftMessage("/w/new.age", draft, news)).toMatch(
    /^The unsaved text of new from \d\d:\d\d, when it was \/w\/old\.age, is back\. Save to keep it;/,
  );
});
