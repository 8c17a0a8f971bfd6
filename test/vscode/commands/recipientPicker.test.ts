import { describe, expect, it, vi } from "vitest";
import type { FileContext } from "../../../src/documents/files/unfinishedStore";
import { AgeError } from "../../../src/age/errors";
import { X25519Identity } from "../../../src/age/x25519";
import {
  checklistOf,
  offersOf,
  pickRecipients,
} from "../../../src/vscode/commands/recipientPicker";
import type { VscodePrompts } from "../../../src/vscode/prompts/vscodePrompts";
import { alice as owner, bob, bytes, carol, desk, nameOf, type Desk } from "../../documents/kit";
import { user, type Answer } from "../fakeUser";
import { held } from "../fakeWorkspace";
import { commandDesk } from "./kit";

vi.mock("vscode", () => import("../fakeWindow"));

const none = {} as unknown as VscodePrompts;

const me = { text: "age1memememememememememe", identityFile: "/h/keys.txt" };
const alice = { text: "age1alicealicealicealice", name: "$(verified) [Alice](command:x)\n" };

function offers() {
  const near = {
    named: [alice],
    recipients: [],
    origin: { kind: "recipients-file" as const, place: "/w/r" },
  };
  return offersOf("t", "/w/a.age", [me], near, {} as FileContext, none);
}

/** Asks whom a file of a desk is for. */
async function pick(at: Desk, ...answers: readonly Answer[]) {
  const { context } = await commandDesk({}, at);
  user.will(...answers);
  const path = at.path("a.age");
  return pickRecipients(path, "a.age", context.documentContext, context.prompts);
}

describe("the recipients offered for a new file", () => {
  it("begin with everybody in the list that rules there, and in a foreign repository with oneself", () => {
    const first = () =>
      offers()
        .map(({ label }) => label)
        .slice(0, 2);
    const [only, everybody] = ["$(account) Only you", "$(organization) Everybody in r"];
    expect(first()).toEqual([everybody, only]);
    held.isTrusted = false;
    expect(first()).toEqual([only, everybody]);
  });

  it("have everybody in the rule of the settings that counts for the file", async () => {
    const recipients = [nameOf(bob)];
    const at = await desk({ rule: () => ({ glob: "*.age", recipients }) });
    expect(await pick(at, undefined)).toBeNull();
    const [first] = user.last("pick").rows;
    expect(first?.label).toContain("$(organization) Everybody in ");
    expect(first?.label).toContain("*.age");
  });

  it("have Generate Identity…, after which they are shown again with the new one", async () => {
    const at = await desk({ identities: [] });
    const generate = async () => {
      at.identityFiles.push(await at.put("keys.txt", carol.encode()));
    };
    held.commands.set("cage.generateIdentity", generate);
    const choice = await pick(at, "Generate Identity…", "Only you");
    expect(held.ran).toEqual([["cage.generateIdentity"]]);
    const [before, after] = user.shown.map(({ rows }) => rows[0]?.label);
    expect([before, after]).toEqual(["$(edit) Type recipients…", "$(account) Only you"]);
    expect(choice?.named?.map(({ text }) => text)).toEqual([nameOf(carol)]);
  });

  it("show a name of the file together with its key, and as a text", () => {
    const shown = "age1alic…lice “$ (verified) [Alice] (command:x)”";
    expect(offers()[0]?.description).toBe(shown);
    expect(checklistOf([alice, alice])).toEqual([
      { label: shown, detail: alice.text, recipient: alice, picked: true },
    ]);
  });
});

describe("the people of a new file", () => {
  const people = async (at: Desk, ...answers: readonly Answer[]) =>
    (await pick(at, ...answers))?.named?.map(({ text }) => text);

  it("are oneself, with the identity that reads it back, until it is wiped", async () => {
    const choice = await pick(await desk(), "Only you");
    expect(choice).toMatchObject({ passphrase: null, named: [{ text: nameOf(owner) }] });
    expect(choice?.recipients).toHaveLength(1);
    const [identity] = choice?.identities ?? [];
    if (!(identity instanceof X25519Identity)) return expect.fail("it is no identity");
    expect(identity.recipient.toString()).toBe(nameOf(owner));
    const wipe = vi.spyOn(identity, "wipe");
    choice?.wipe();
    expect(wipe).toHaveBeenCalledOnce();
  });

  it("leave no identity in memory where the question is dismissed", async () => {
    const wipe = vi.spyOn(X25519Identity.prototype, "wipe");
    for (const answers of [[undefined], ["Type recipients…", nameOf(bob), undefined]]) {
      const before = wipe.mock.calls.length;
      expect(await pick(await desk(), ...answers)).toBeNull();
      expect(wipe.mock.calls.length).toBeGreaterThan(before);
    }
    wipe.mockRestore();
  });

  it("are those of the list that rules there, of another list, or that are checked", async () => {
    const at = await desk();
    await at.put(".age-recipients", `${nameOf(owner)}\n${nameOf(bob)}\n`);
    const both = [nameOf(owner), nameOf(bob)];
    expect(await people(at, "Everybody in .age-recipients")).toEqual(both);
    const some = ["Choose among those found…", [nameOf(owner)]];
    expect(await people(at, ...some)).toEqual([nameOf(owner)]);
    expect(await people(at, "Choose among those found…", [])).toBeUndefined();
    const other = await at.put("other", `${nameOf(carol)}\n${nameOf(owner)}\n`);
    const named = [nameOf(carol), nameOf(owner)];
    expect(await people(at, "From a recipients file…", other)).toEqual(named);
    expect(await people(at, "From a recipients file…", undefined)).toBeUndefined();
  });

  it("are others alone only where the user agrees to that", async () => {
    const at = await desk();
    const typed = ["Type recipients…", nameOf(bob)];
    expect(await people(at, ...typed, "Add Me")).toEqual([nameOf(bob), nameOf(owner)]);
    expect(await people(at, ...typed, "Encrypt Without Me")).toEqual([nameOf(bob)]);
    expect(await people(at, ...typed, undefined)).toBeUndefined();
    expect(user.last("warning").text).toBe("You could not read the file yourself.");
    const stranger = await desk({ identities: [] });
    await people(stranger, ...typed, undefined);
    expect(user.last("warning").rows).toEqual([{ label: "Encrypt Without Me" }]);
  });

  it("are whoever has a passphrase, which is wiped with the choice", async () => {
    const choice = await pick(await desk(), "A passphrase…", "words", "words");
    expect(choice).toMatchObject({ named: null, passphrase: bytes("words") });
    expect([choice?.recipients.length, choice?.identities.length]).toEqual([1, 1]);
    choice?.wipe();
    expect(choice?.passphrase).toEqual(new Uint8Array(5));
  });

  it("are nobody where a list can't be used", async () => {
    const at = await desk();
    const bad = await at.put("other", "nonsense");
    await expect(pick(at, "From a recipients file…", bad)).rejects.toThrow(AgeError);
  });
});
