import { rm, writeFile } from "node:fs/promises";
import { Uri } from "vscode";
import { expect, it, vi } from "vitest";
import { planBatch, type BatchPlan } from "../../../src/documents/files/planBatch";
import {
  agreeOnFile,
  agreeOnPlan,
  takenOf,
  withSavedEditors,
  type AgreedPlan,
} from "../../../src/vscode/commands/agreement";
import { desk, type Desk } from "../../documents/kit";
import { shown } from "../../documents/operations";
import { user } from "../fakeUser";
import { held } from "../fakeWorkspace";
import { commandDesk, unsavedText } from "./kit";

vi.mock("vscode", () => import("../fakeWindow"));

/** Plans the encryption of new files of a desk. */
async function planOf(at: Desk, ...names: readonly string[]): Promise<BatchPlan> {
  const paths = await Promise.all(names.map((name) => at.put(name, `the text of ${name}`)));
  const size = { recipients: 1, format: "binary" } as const;
  const looked = { identityFiles: new Set<string>(), identitiesSeen: new Map() };
  const leftOut = { byIgnoreFiles: false, exclude: [] };
  const usual = { ...size, ...looked, leftOut, oddTargets: "ask" } as const;
  return planBatch("encrypt", paths, at.context.disk, usual);
}

const kept = "The originals are kept.";

/** Asks about a plan for these files. */
async function agree(at: Desk, ...names: readonly string[]) {
  const { context } = await commandDesk({}, at);
  return agreeOnPlan(await planOf(at, ...names), kept, context);
}

const rows = () => user.last("information").rows.map(({ label }) => label);
const existingOf = (plan: AgreedPlan | null) => plan?.items.map(({ existing }) => existing);

it("a plan says whose unsaved text is saved first, also where it is shown whole", async () => {
  const at = await desk();
  user.will(undefined);
  expect(await agree(at, "a", "b", "c")).toBeNull();
  expect(user.last("information")).toMatchObject({ text: "Encrypt 3 Files?" });
  expect(user.last("information").detail).not.toContain("unsaved");
  held.texts = ["a", "c", "d"].map((name) => unsavedText(Uri.file(at.path(name))));
  user.will("Show Plan", undefined);
  await agree(at, "a", "b", "c");
  const said = `${kept} The unsaved text of a and 1 more is saved to the disk first.`;
  expect(user.last("information").detail).toContain(said);
  expect(user.last("document").detail).toContain(said);
});

it("a plan is agreed on at once, or once it was shown whole", async () => {
  const at = await desk();
  user.will("Encrypt 2 Files");
  expect(existingOf(await agree(at, "a", "b"))).toEqual(["keep", "keep"]);
  expect(rows()).toEqual(["Encrypt 2 Files", "Show Plan"]);
  user.will("Show Plan", "Cancel", "Show Plan", "Encrypt 2 Files");
  expect(await agree(at, "a", "b")).toBeNull();
  expect(existingOf(await agree(at, "a", "b"))).toEqual(["keep", "keep"]);
  expect(user.last("document").text).toBe("Encryption Plan");
});

it("existing files are left or overwritten, as the user says, in the versions that were seen", async () => {
  const at = await desk();
  const taken = await at.put("a.age", "old");
  user.will("Encrypt 1, Leave the Existing", "Encrypt 2, Overwrite 1");
  const left = await agree(at, "a", "b");
  expect(rows()).toEqual(["Encrypt 1, Leave the Existing", "Encrypt 2, Overwrite 1", "Show Plan"]);
  expect(left?.items.map(({ source }) => source)).toEqual([at.path("b")]);
  expect(left?.skipped).toEqual([{ path: at.path("a"), reason: "target already exists" }]);
  expect(left?.bytes).toBe("the text of b".length);
  expect(existingOf(await agree(at, "a", "b"))).toEqual([await shown(taken), "keep"]);
  expect(user.last("information").detail).toContain("Overwriting it cannot be undone.");
});

it("where all exist Enter shows the plan, and overwrites nothing", async () => {
  const at = await desk();
  await at.put("a.age", "old");
  user.will("Encrypt 1, Overwrite 1");
  await agree(at, "a");
  expect(rows()).toEqual(["Show Plan", "Encrypt 1, Overwrite 1"]);
});

it("lists that the question has no room for are seen before anybody agrees", async () => {
  const at = await desk();
  const { context } = await commandDesk({}, at);
  const lists = Array.from({ length: 40 }, (_, index) => ({
    origin: { kind: "recipients-file", place: `/w/${index}/.age-recipients` } as const,
    named: [{ text: `age1person${index}` }],
    paths: [at.path("a.age")],
  }));
  const plan = await planOf(at, "a");
  user.will("Show Plan", "Encrypt 1 File");
  expect(await agreeOnPlan(plan, kept, context, lists)).not.toBeNull();
  expect(rows()).toEqual(["Show Plan"]);
  expect(user.last("document").detail).toContain("age1person39");
});

it("nothing is asked where nothing can be done, and the reason is told", async () => {
  const at = await desk();
  const { context } = await commandDesk({}, at);
  const plan = await planOf(at, "a");
  const none = { ...plan, items: [] };
  expect(await agreeOnPlan(none, kept, context)).toBeNull();
  expect(await agreeOnFile(none, at.context.disk)).toBeNull();
  expect(user.texts("information")[0]).toMatch(/^There is nothing to encrypt\./);
  const full = { ...plan, lacks: [{ folder: at.folder, missingBytes: 100 }] };
  expect(await agreeOnPlan(full, kept, context)).toBeNull();
  expect(user.texts("error")).toEqual([expect.stringMatching(/^Nothing was written: /)]);
});

it("one file is asked about only if its target exists", async () => {
  const at = await desk();
  const plan = await planOf(at, "a");
  const [item] = plan.items;
  expect(await agreeOnFile(plan, at.context.disk)).toMatchObject({
    items: [{ ...item, existing: "keep", taken: null }],
  });
  expect(user.shown).toEqual([]);
  const taken = await at.put("a.age", "old");
  const existing = await shown(taken);
  user.will("Overwrite", undefined);
  const agreed = await agreeOnFile(plan, at.context.disk);
  expect(agreed?.items).toMatchObject([{ existing, taken: existing.replace }]);
  expect(agreed?.items.map((one) => takenOf(one.existing))).toEqual([existing.replace]);
  expect(takenOf("keep")).toBeNull();
  expect(await agreeOnFile(plan, at.context.disk)).toBeNull();
});

it("a file that an editor saves is another one, which the plan takes then", async () => {
  const at = await desk();
  const plan = await agreeOnFile(await planOf(at, "a"), at.context.disk);
  const [before] = plan?.items ?? [];
  if (plan === null) return expect.fail("nothing was agreed on");
  const path = at.path("a");
  expect(await withSavedEditors(plan, at.context.disk)).toEqual(plan);
  // Editors put another file in the place of the one that they save.
  const save = () => rm(path).then(() => writeFile(path, "edited"));
  const spare = await at.put("spare", "");
  held.texts = [unsavedText(Uri.file(path), save)];
  const saved = await withSavedEditors(plan, at.context.disk);
  const facts = await at.context.disk.facts(path);
  expect(saved?.items.map(({ seen }) => seen.id)).toEqual([facts?.id]);
  expect(before?.source).toBe(path);
  await rm(spare);
  held.texts = [unsavedText(Uri.file(path), () => false)];
  expect(await withSavedEditors(plan, at.context.disk)).toBeNull();
});
