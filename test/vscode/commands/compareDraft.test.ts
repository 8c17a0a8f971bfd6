import { Uri } from "vscode";
import { expect, it, vi } from "vitest";
import type { FoundDraft } from "../../../src/documents/drafts/draftStore";
import { compareDraftCommand } from "../../../src/vscode/commands/compareDraft";
import { documentUri } from "../../../src/vscode/uris";
import { draftChoice } from "../../../src/vscode/wording/draftText";
import { user } from "../fakeUser";
import { held } from "../fakeWorkspace";
import { commandDesk, unsavedText } from "./kit";

vi.mock("vscode", () => import("../fakeWindow"));

const path = "/w/a.age";

function draft(made: number, of: FoundDraft["of"]): FoundDraft {
  return { file: `/d/${made}`, record: { path, made }, of } as unknown as FoundDraft;
}

const older = draft(Date.UTC(2026, 1, 1), "a window that is gone");
const newer = draft(Date.UTC(2026, 1, 2), "another window");
const own = draft(Date.UTC(2026, 1, 3), "this window");

/** Runs the command. @returns what was compared, and how often stranded drafts were told of. */
async function compare(uri: unknown, drafts: readonly FoundDraft[], isStranded = false) {
  const compared: unknown[] = [];
  let told = 0;
  const { context } = await commandDesk({
    draftComparison: {
      of: () => Promise.resolve(drafts),
      withFile: (one: string) => Promise.resolve(compared.push(["file", one])),
      ofDraft: (...it: unknown[]) => Promise.resolve(compared.push(it)),
    },
    strandedDraftOffers: { tellAgain: () => Promise.resolve(told++).then(() => isStranded) },
  });
  await compareDraftCommand(context, uri);
  return { compared, told };
}

const isUnsaved = () => {
  held.texts = [unsavedText(documentUri(path))];
};

it("unsaved text is compared with the file at once, whatever draft is its own", async () => {
  isUnsaved();
  const { compared, told } = await compare(Uri.file(path), [own]);
  expect([compared, told, user.shown]).toEqual([[["file", path]], 0, []]);
});

it("a draft alone is compared at once, and may ask for its key", async () => {
  const { compared } = await compare(Uri.file(path), [older]);
  expect([compared, user.shown]).toEqual([[[path, older, "ask"]], []]);
});

it("a draft is chosen among several and the unsaved text", async () => {
  isUnsaved();
  user.will(draftChoice(older), "The unsaved text of this window", undefined);
  const found: unknown[] = [];
  for (let times = 3; times > 0; times--) {
    found.push(...(await compare(Uri.file(path), [own, newer, older])).compared);
  }
  expect(found).toEqual([
    [path, older, "ask"],
    ["file", path],
  ]);
  const labels = ["The unsaved text of this window", draftChoice(newer), draftChoice(older)];
  expect(user.last("pick").rows.map(({ label }) => label)).toEqual(labels);
});

it("without a draft it tells of those of files that are gone, or that there are none", async () => {
  expect(await compare(Uri.file(path), [], true)).toEqual({ compared: [], told: 1 });
  expect(user.shown).toEqual([]);
  expect(await compare(Uri.file(path), [])).toEqual({ compared: [], told: 1 });
  expect(user.texts("information")).toEqual(["a.age has no unsaved text and no draft."]);
});

it("nothing is compared where the question for the file is dismissed", async () => {
  user.will(undefined);
  expect(await compare(undefined, [older])).toEqual({ compared: [], told: 1 });
  expect(user.texts()).toEqual(["Compare Draft with File"]);
});

it("of no file it tells of files that are gone, and else asks for one", async () => {
  expect(await compare(undefined, [older], true)).toEqual({ compared: [], told: 1 });
  user.will(path);
  expect(await compare(undefined, [older])).toEqual({
    compared: [[path, older, "ask"]],
    told: 1,
  });
});
