import { describe, expect, it } from "vitest";
import type { RecipientsQuestion } from "../../../src/documents/questions/prompts";
import { recipientsText } from "../../../src/vscode/wording/recipientsText";

const alice = { text: "age1alicealicealicealice", name: "Alice" };
const bob = { text: "age1bobbobbobbobbobbob" };

function text(
  change: Partial<RecipientsQuestion["change"]>,
  kind = "recipients-file",
  present: RecipientsQuestion["present"] = null,
  isReencryption = false,
) {
  return recipientsText({
    path: "/w/secrets.yaml.age",
    origin: { kind: kind as RecipientsQuestion["origin"]["kind"], place: "/w/.age-recipients" },
    change: {
      ...{ dropped: [], added: [], unnamedDropped: 0, unnamedAdded: 0 },
      ...{ locksOut: false, certain: false },
      ...change,
    },
    next: [alice],
    present,
    isReencryption,
  });
}

describe("the question about recipients", () => {
  type Case = [title: string, change: Partial<RecipientsQuestion["change"]>, parts: string[]];
  const cases: Case[] = [
    [
      "names who is dropped",
      { dropped: [alice, bob] },
      ["Loses access: age1alic…lice “Alice”, age1bobb…bbob."],
    ],
    ["counts whom it cannot name", { unnamedDropped: 1 }, ["1 recipient would lose access"]],
    ["counts several", { unnamedDropped: 2 }, ["2 recipients would lose access"]],
    [
      "names some and counts the others",
      { dropped: [bob], unnamedDropped: 1 },
      ["age1bobb…bbob", "1 more recipient would lose access"],
    ],
    [
      "names who is added, by the whole key",
      { added: [alice, bob] },
      ["Gains access: age1alicealicealicealice “Alice”, age1bobbobbobbobbobbob."],
    ],
    ["counts who is added", { unnamedAdded: 2 }, ["2 of the recipients below would gain"]],
    ["says that it cannot know", {}, ["cannot know whether these are the same"]],
    ["warns of locking oneself out", { locksOut: true }, ["You yourself could no longer read it."]],
  ];
  it.each(cases)("%s", (_title, change, parts) => {
    const { message, detail } = text(change);
    for (const part of parts) expect(detail).toContain(part);
    expect(detail).toContain("encrypted to age1alicealicealicealice “Alice” (from /w/.age-rec");
    const { detail: sure } = text({ ...change, certain: true });
    expect(sure).toContain("encrypted to age1alic…lice “Alice” (from /w/.age-recipients).");
    const drops = (change.dropped?.length ?? 0) + (change.unnamedDropped ?? 0) > 0;
    expect(message.includes("Saving secrets.yaml.age would remove somebody's access")).toBe(drops);
    expect(message).toContain("secrets.yaml.age");
  });

  it("says that it is a re-encryption", () => {
    const { message } = text({ dropped: [bob] }, "rules", null, true);
    expect(message).toBe(
      "Re-encrypting secrets.yaml.age would remove somebody's access. Re-encrypt it for these recipients?",
    );
  });

  it("names a passphrase in place of recipients", () => {
    const { detail } = text({ unnamedDropped: 1 }, "passphrase");
    expect(detail).toContain("to the passphrase alone (the one that opened your text).");
    expect(detail).not.toContain("Alice");
  });

  it("shows names and places as texts, which turn nothing after them", () => {
    const named = { text: bob.text, name: "\u202E[Bob](command:x)\n\nאב" };
    const { detail } = text({ added: [named], dropped: [named] });
    const name = "\u2068[Bob] (command:x)אב\u2069";
    expect(detail).toContain(`Loses access: age1bobb…bbob “${name}”.`);
    expect(detail).toContain(`Gains access: ${bob.text} “${name}”.`);
  });

  it("says first what locks oneself out, and cuts long lists, which it has whole elsewhere", () => {
    const many = Array.from({ length: 1024 }, (_, index) => ({ text: `age1${index}`.padEnd(62) }));
    const { detail, whole, message } = text({ dropped: many, added: many, locksOut: true });
    expect(detail.startsWith("You yourself could no longer read it.")).toBe(true);
    expect(detail).toContain(" and 1016 more (Show All names them).");
    expect(detail.length).toBeLessThan(2000);
    for (const one of many) expect(whole).toContain(one.text.trim());
    expect(whole?.startsWith(message)).toBe(true);
    expect(text({ dropped: many.slice(0, 8) }).whole).toBeNull();
  });

  it.each([
    ["recipients-file", "from /w/.age-recipients"],
    ["rules", "from the rule"],
    ["remembered", "those it was last saved for"],
    ["identity", "your own identities that open it"],
  ])("says whence the list comes: %s", (kind, part) => {
    expect(text({}, kind).detail).toContain(part);
  });

  it("names the present recipients, which may be kept, and says how sure that is", () => {
    const change = { dropped: [bob] };
    expect(text(change, "recipients-file", [alice, bob]).detail).toContain(
      "Current recipients, probably: age1alic…lice “Alice”, age1bobb…bbob.",
    );
    expect(text({ ...change, certain: true }, "rules", [bob]).detail).toContain(
      "Current recipients: age1bobb…bbob.",
    );
    expect(text(change).detail).not.toContain("Current recipients");
  });
});

it("says for which files of a run the same answer would count", () => {
  const origin = { kind: "recipients-file", place: "/w/.age-recipients" } as const;
  const none = { dropped: [], unnamedDropped: 0, unnamedAdded: 0, locksOut: false, certain: true };
  const change = { ...none, added: [bob] };
  const asked = { path: "/w/a.age", origin, change, next: [alice, bob], present: null };
  const question = { ...asked, isReencryption: true };
  expect(recipientsText({ ...question, files: 50 }).detail).toContain(
    "Re-encrypt All Like This also answers for those of the 50 files of this run that have the same recipients and the same list.",
  );
  expect(recipientsText(question).detail).not.toContain("All Like This");
});
