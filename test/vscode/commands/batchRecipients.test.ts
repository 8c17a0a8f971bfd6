import { afterEach, describe, expect, it, vi } from "vitest";
import { AgeError } from "../../../src/age/errors";
import type { Lists } from "../../../src/documents/recipients/recipientLists";
import { batchOffers } from "../../../src/vscode/commands/batchRecipients";
import type { PickerEntry } from "../../../src/vscode/commands/recipientPicker";

const fake = vi.hoisted(() => ({ isTrusted: false }));

vi.mock("vscode", async (original) => ({ ...(await original<object>()), workspace: fake }));

afterEach(() => {
  fake.isTrusted = false;
});

const offer = (label: string): PickerEntry => ({ label, choose: () => Promise.resolve(null) });
const offers = [offer("$(account) Only you"), offer("$(edit) Type recipients…")];

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
    fake.isTrusted = true;
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
