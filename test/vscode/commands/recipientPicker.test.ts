import type { LogOutputChannel } from "vscode";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { FileContext } from "../../../src/documents/files/unfinishedStore";
import {
  checklistOf,
  offersOf,
  pickRecipients,
} from "../../../src/vscode/commands/recipientPicker";
import { Log } from "../../../src/vscode/log";
import { VscodePrompts } from "../../../src/vscode/prompts/prompts";
import { bob, carol, desk, nameOf } from "../../documents/kit";

const fake = vi.hoisted(() => ({
  ...{ isTrusted: true, lists: [] as (readonly string[])[], picks: [] as number[] },
  commands: [] as string[],
}));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  commands: { executeCommand: (id: string) => Promise.resolve(void fake.commands.push(id)) },
  window: {
    showQuickPick: (rows: readonly { label: string }[]) => {
      fake.lists.push(rows.map(({ label }) => label));
      return Promise.resolve(rows[fake.picks.shift() ?? -1]);
    },
  },
  workspace: {
    get isTrusted() {
      return fake.isTrusted;
    },
  },
}));

const none = {} as unknown as VscodePrompts;

beforeEach(() => {
  Object.assign(fake, { isTrusted: true, lists: [], picks: [], commands: [] });
});

const me = { text: "age1memememememememememe", identityFile: "/h/keys.txt" };
const alice = { text: "age1alicealicealicealice", name: "$(verified) [Alice](command:x)\n" };

function offers() {
  const near = {
    named: [alice],
    recipients: [],
    origin: { kind: "recipients-file" as const, place: "/w/r" },
  };
  const nothing = () => Promise.resolve();
  const prompts = new VscodePrompts(nothing, new Log({} as LogOutputChannel), nothing, () =>
    Promise.resolve(null),
  );
  return offersOf("t", "/w/a.age", [me], near, {} as FileContext, prompts);
}

describe("the recipients offered for a new file", () => {
  it("begin with everybody in the list that rules there, and in a foreign repository with oneself", () => {
    const first = () =>
      offers()
        .map(({ label }) => label)
        .slice(0, 2);
    const [only, everybody] = ["$(account) Only you", "$(organization) Everybody in r"];
    expect(first()).toEqual([everybody, only]);
    fake.isTrusted = false;
    expect(first()).toEqual([only, everybody]);
  });

  it("have everybody in the rule of the settings that counts for the file", async () => {
    const recipients = [nameOf(bob)];
    const at = await desk({ rule: () => ({ glob: "*.age", recipients }) });
    await pickRecipients(at.path("a.age"), "a.age", at.context, none);
    expect(fake.lists[0]?.[0]).toContain("$(organization) Everybody in ");
    expect(fake.lists[0]?.[0]).toContain("*.age");
  });

  it("have Generate Identity…, after which they are shown again with the new one", async () => {
    const at = await desk({ identities: [] });
    const pick = () => pickRecipients(at.path("a.age"), "a.age", at.context, none);
    fake.picks = [3];
    await pick();
    expect(fake.commands).toEqual(["cage.generateIdentity"]);
    const [before, after] = fake.lists;
    expect(before?.[3]).toBe("$(person-add) Generate Identity…");
    expect(after).toEqual(before);
    const key = await at.put("keys.txt", carol.encode());
    at.identityFiles.push(key);
    await pick();
    expect(fake.lists[2]?.[0]).toBe("$(account) Only you");
  });

  it("show a name of the file together with its key, and as a text", () => {
    const shown = "age1alic…lice “$ (verified) [Alice] (command:x)”";
    expect(offers()[0]?.description).toBe(shown);
    expect(checklistOf([alice, alice])).toEqual([
      { label: shown, detail: alice.text, recipient: alice, picked: true },
    ]);
  });
});
