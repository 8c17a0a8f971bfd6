import { mkdir } from "node:fs/promises";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { AgeError } from "../../../src/age/errors";
import type { BatchItem } from "../../../src/documents/files/planBatch";
import type { Lists } from "../../../src/documents/recipients/recipientLists";
import {
  batchOffers,
  pickBatchRecipients,
  recipientsByTarget,
  type BatchChoice,
} from "../../../src/vscode/commands/batchRecipients";
import type { PickerEntry } from "../../../src/vscode/commands/recipientPicker";
import { alice, bob, carol, desk, nameOf, type Desk } from "../../documents/kit";
import { user, type Answer } from "../fakeUser";
import { held } from "../fakeWorkspace";
import { commandDesk } from "./kit";

vi.mock("vscode", () => import("../fakeWindow"));

beforeEach(() => {
  held.isTrusted = false;
});

const choose = () => Promise.resolve(null);
const offers: readonly PickerEntry[] = [
  { way: "oneself", label: "$(account) Only you", choose },
  { way: "typing", label: "$(edit) Type recipients…", choose },
];

const listed = (place: string, ...paths: readonly string[]): Lists["listed"][number] => {
  const origin = { kind: "recipients-file", place } as const;
  return { origin, list: { origin, named: [{ text: "age1bob" }], recipients: [] }, paths };
};

const labels = (lists: Lists) =>
  batchOffers(offers, lists, 3).map(({ label, description, detail }) =>
    [label, description ?? "", detail ?? ""].join(" | "),
  );

describe("the recipients offered for a batch", () => {
  const common = [
    "$(account) Only you |  | the same for all 3 files",
    "$(edit) Type recipients… |  | the same for all 3 files",
  ];

  it("say that they count for all files", () => {
    expect(labels({ listed: [], unlisted: ["/w/a", "/w/b", "/w/c"] })).toEqual(common);
  });

  it("are everybody in the list, where one counts for all, and where it rules before oneself", () => {
    const lists = { listed: [listed("/w/r", "/w/a", "/w/b", "/w/c")], unlisted: [] };
    const everybody = "$(organization) Everybody in r | age1bob | /w/r";
    expect(labels(lists)).toEqual([...common.slice(0, 1), everybody, ...common.slice(1)]);
    held.isTrusted = true;
    expect(labels(lists)).toEqual([everybody, ...common]);
  });

  it("are each file's nearest list, and what is left out is told", () => {
    const bad = {
      ...listed("/w/b/r", "/w/b/b"),
      list: new AgeError("no-recipients", "it is empty"),
    };
    expect(labels({ listed: [listed("/w/r", "/w/a"), bad], unlisted: ["/x/c"] })[1]).toBe(
      "$(organization) Everybody in the nearest list of each file | 2 lists, 1 of them cannot be used | /w/r (1 file), /w/b/r (1 file), no list (1 file, left out)",
    );
  });

  it("are lists that cannot be used, too, and never another one instead", () => {
    const bad = { ...listed("/w/r", "/w/a"), list: new AgeError("no-recipients", "it is empty") };
    expect(labels({ listed: [bad], unlisted: [] })[1]).toContain("1 of them cannot be used");
  });
});

describe("whom the files of a batch are for", () => {
  /** Asks for the files of these targets. */
  async function pick(at: Desk, targets: readonly string[], ...answers: readonly Answer[]) {
    const { context } = await commandDesk({}, at);
    user.will(...answers);
    const items = targets.map((target) => ({ target: at.path(target) }) as BatchItem);
    return pickBatchRecipients(items, context.documentContext, context.prompts);
  }

  /** The recipients of each of some targets. */
  function named(choice: BatchChoice | null, at: Desk, ...targets: readonly string[]) {
    if (choice === null) return null;
    const of = recipientsByTarget(choice);
    return targets.map((one) => of(at.path(one))?.named?.map(({ text }) => text));
  }

  const nearest = "Everybody in the nearest list of each file";

  async function withLists(): Promise<Desk> {
    const at = await desk();
    for (const name of ["b", "c", "d"]) await mkdir(at.path(name));
    await at.put("b/.age-recipients", `${nameOf(alice)}\n${nameOf(bob)}\n`);
    await at.put("c/.age-recipients", nameOf(carol));
    await at.put("d/.age-recipients", "nonsense");
    return at;
  }

  it("is the same for all, and how many lists don't count is known", async () => {
    const at = await withLists();
    const choice = await pick(at, ["b/x", "c/y"], "Only you");
    expect(choice).toMatchObject({ kind: "one for all", overruled: 2 });
    const me = [nameOf(alice)];
    expect(named(choice, at, "b/x", "c/y", "elsewhere")).toEqual([me, me, me]);
  });

  it("is everybody in the list of each file, and oneself where one agrees to that", async () => {
    const at = await withLists();
    const choice = await pick(at, ["b/x", "c/y", "d/z", "e"], nearest, "Add Me");
    expect(user.last("warning").text).toContain("1 file (by ");
    const [forB, forC] = [
      [nameOf(alice), nameOf(bob)],
      [nameOf(carol), nameOf(alice)],
    ];
    expect(named(choice, at, "b/x", "c/y", "d/z", "e")).toEqual([forB, forC, undefined, undefined]);
    if (choice?.kind !== "lists") return expect.fail("they are not those of lists");
    expect(choice.without.get(at.path("e"))).toEqual({ reason: "no recipients list applies" });
    expect(choice.without.get(at.path("d/z"))).toMatchObject({
      reason: "recipients list cannot be used",
      detail: expect.stringContaining(at.path("d/.age-recipients")) as string,
    });
    const recipientsOf = recipientsByTarget(choice);
    expect(recipientsOf(at.path("c/y"))?.recipients).toHaveLength(2);
  });

  it("is everybody in the lists at once where all of them name oneself", async () => {
    const at = await withLists();
    const choice = await pick(at, ["b/x"], "Everybody in .age-recipients");
    expect(named(choice, at, "b/x")).toEqual([[nameOf(alice), nameOf(bob)]]);
    expect(user.texts("warning")).toEqual([]);
  });

  it("is nobody else where one goes without oneself, and nothing where it is dismissed", async () => {
    const at = await withLists();
    const without = await pick(at, ["c/y"], "Everybody in .age-recipients", "Encrypt Without Me");
    expect(named(without, at, "c/y")).toEqual([[nameOf(carol)]]);
    for (const answers of [["Everybody in .age-recipients", undefined], [undefined]]) {
      expect(await pick(at, ["c/y"], ...answers)).toBeNull();
    }
    expect(await pick(at, ["c/y"], "Type recipients…", nameOf(bob), undefined)).toBeNull();
  });
});
