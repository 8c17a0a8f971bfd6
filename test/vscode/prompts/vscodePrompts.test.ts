import { beforeEach, describe, expect, it, vi } from "vitest";
import type { RecipientsQuestion } from "../../../src/documents/questions/prompts";
import type { Log } from "../../../src/vscode/log";
import { VscodePrompts } from "../../../src/vscode/prompts/vscodePrompts";

/** The dialogs that were shown, with their buttons, and the button to press. */
const fake = vi.hoisted(() => ({
  dialogs: [] as (readonly string[])[],
  answer: undefined as string | undefined,
  commands: [] as string[],
}));

interface Button {
  readonly title: string;
  readonly isCloseAffordance?: boolean;
}

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  window: {
    showWarningMessage: (_message: string, _options: object, ...buttons: Button[]) => {
      fake.dialogs.push(
        buttons.map((one) => (one.isCloseAffordance === true ? `(${one.title})` : one.title)),
      );
      return Promise.resolve(buttons.find(({ title }) => title === fake.answer));
    },
  },
  commands: {
    executeCommand: (id: string) => Promise.resolve(void fake.commands.push(id)),
  },
}));

const people = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ text: `age1person${index}` }));

function question(added: number, present: RecipientsQuestion["present"] = null) {
  const change = { dropped: [], added: people(added), unnamedDropped: 0, unnamedAdded: 0 };
  return {
    ...{ path: "/w/a.yaml.age", next: people(added), present, isReencryption: false },
    origin: { kind: "recipients-file", place: "/w/.age-recipients" },
    change: { ...change, locksOut: false, certain: true },
  } as const;
}

beforeEach(() => {
  Object.assign(fake, { dialogs: [], answer: undefined, commands: [] });
});

describe("the question for whom to save", () => {
  const texts: (readonly [string, string])[] = [];
  const show = (title: string, text: string) => Promise.resolve(void texts.push([title, text]));
  const compared: string[] = [];
  const compare = (path: string) => Promise.resolve(void compared.push(path));
  const choose = (_: string, known: readonly { text: string }[]) => Promise.resolve(known);
  const prompts = new VscodePrompts(compare, {} as unknown as Log, show, choose);

  it.each([
    ["Save for These", "next"],
    ["Keep Current Recipients", "present"],
    ["Don't Save", "cancel"],
    [undefined, "cancel"],
  ])("takes %s for %s", async (button, answer) => {
    fake.answer = button;
    expect(await prompts.confirmRecipients(question(1, people(2)))).toBe(answer);
    expect(fake.dialogs).toEqual([
      ["Open the List", "Save for These", "Keep Current Recipients", "(Don't Save)"],
    ]);
  });

  it("speaks of a re-encryption where that is what was asked for", async () => {
    const asked = { ...question(1, people(2)), isReencryption: true };
    fake.answer = "Re-encrypt for These";
    expect(await prompts.confirmRecipients(asked)).toBe("next");
    expect(fake.dialogs).toEqual([
      [
        ...["Open the List", "Re-encrypt for These", "Keep Current Recipients"],
        "(Don't Re-encrypt)",
      ],
    ]);
  });

  it("offers the same for the other files of a run, where that may be asked", async () => {
    fake.answer = "Re-encrypt All Like This";
    expect(await prompts.confirmRecipients({ ...question(1), files: 50 })).toBe("next for all");
    expect(fake.dialogs).toEqual([
      ["Open the List", "Save for These", "Re-encrypt All Like This", "(Don't Save)"],
    ]);
  });

  it("shows all of a long list in an editor on request, and saves nothing", async () => {
    fake.answer = "Show All";
    expect(await prompts.confirmRecipients(question(1024))).toBe("cancel");
    expect(fake.dialogs).toEqual([["Open the List", "Save for These", "Show All", "(Don't Save)"]]);
    expect(texts[0]?.[0]).toBe("Recipients of a.yaml.age");
    expect(texts[0]?.[1]).toContain("age1person1023");
  });

  it.each([
    ["recipients-file", "Open the List", ["vscode.open"]],
    ["rules", "Open the Setting", ["workbench.action.openSettings"]],
    ["passphrase", "Compare", []],
  ] as const)("begins with what does no harm: %s", async (kind, button, commands) => {
    fake.answer = button;
    const asked = { ...question(1), origin: { kind, place: "/w/list" } };
    expect(await prompts.confirmRecipients(asked)).toBe("cancel");
    expect(fake.dialogs[0]?.[0]).toBe(button);
    expect(fake.commands).toEqual(commands);
    expect(compared).toEqual(kind === "passphrase" ? ["/w/a.yaml.age"] : []);
  });

  it.each(["remembered", "identity"] as const)(
    "lets others be chosen where no list names them: %s",
    async (kind) => {
      fake.answer = "Choose Recipients…";
      const asked = { ...question(1, people(2)), origin: { kind, place: "/w/a.yaml.age" } };
      expect(await prompts.confirmRecipients(asked)).toEqual({
        chosen: [...people(1), ...people(2)],
      });
      expect(fake.dialogs[0]?.[0]).toBe("Choose Recipients…");
    },
  );

  it.each([
    ["manyNames", () => prompts.manyNames("/w/a.age", 2), "cancel", "Don't Save"],
    ["mountedAlone", () => prompts.mountedAlone("/w/a.age"), "cancel", "Don't Save"],
    ["acceptExposure", () => prompts.acceptExposure("/w/a"), false, "Don't Write"],
  ] as const)(
    "other guards have one way out, too, and explain themselves: %s",
    async (_, ask, no, out) => {
      fake.answer = "Explain";
      expect(await ask()).toBe(no);
      expect(texts.at(-1)?.[0]).toBe("Cage's Question");
      expect(fake.dialogs[0]?.[0]).toBe("Explain");
      expect(fake.dialogs[0]?.filter((button) => button.startsWith("("))).toEqual([`(${out})`]);
    },
  );
});
