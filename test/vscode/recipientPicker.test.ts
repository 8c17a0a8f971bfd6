import type { LogOutputChannel } from "vscode";
import { describe, expect, it } from "vitest";
import type { DocumentContext } from "../../src/documents/openDocument";
import { checklistOf, offersOf } from "../../src/vscode/commands/recipientPicker";
import { Log } from "../../src/vscode/log";
import { VscodePrompts } from "../../src/vscode/prompts";

const me = { text: "age1memememememememememe", identityFile: "/h/keys.txt" };
const alice = { text: "age1alicealicealicealice", name: "$(verified) [Alice](command:x)\n" };

function offers() {
  const near = {
    named: [alice],
    recipients: [],
    origin: { kind: "recipients-file" as const, place: "/w/r" },
  };
  const nothing = () => Promise.resolve();
  const prompts = new VscodePrompts(nothing, new Log({} as LogOutputChannel), nothing);
  return offersOf("t", "/w/a.age", [me], near, {} as DocumentContext, prompts);
}

describe("the recipients offered for a new file", () => {
  it("begin with oneself, before those whom a file in the repository names", () => {
    const labels = offers().map(({ label }) => label);
    expect(labels.slice(0, 2)).toEqual(["$(account) Only you", "$(organization) Everybody in r"]);
  });

  it("show a name of the file together with its key, and as a text", () => {
    const shown = "age1alic…lice “$ (verified) [Alice] (command:x)”";
    expect(offers()[1]?.description).toBe(shown);
    expect(checklistOf([alice, alice])).toEqual([
      { label: shown, detail: alice.text, recipient: alice, picked: true },
    ]);
  });
});
