import { beforeEach, describe, expect, it, vi } from "vitest";
import type { RecipientsQuestion } from "../../src/documents/prompts";
import type { Log } from "../../src/vscode/log";
import { VscodePrompts } from "../../src/vscode/prompts";

/** The dialogs that were shown with their buttons, and the button that is pressed. */
const fake = vi.hoisted(() => ({
  dialogs: [] as (readonly string[])[],
  answer: undefined as string | undefined,
}));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  window: {
    showWarningMessage: (_message: string, _options: object, ...buttons: string[]) => {
      fake.dialogs.push(buttons);
      return Promise.resolve(fake.answer);
    },
  },
}));

const people = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ text: `age1person${index}` }));

function question(added: number, present: RecipientsQuestion["present"] = null) {
  const change = { dropped: [], added: people(added), unnamedDropped: 0, unnamedAdded: 0 };
  return {
    ...{ path: "/w/a.yaml.age", next: people(added), present },
    origin: { kind: "recipients-file", place: "/w/.age-recipients" },
    change: { ...change, locksOut: false, certain: true },
  } as const;
}

beforeEach(() => {
  Object.assign(fake, { dialogs: [], answer: undefined });
});

describe("the question for whom to save", () => {
  const texts: (readonly [string, string])[] = [];
  const show = (title: string, text: string) => Promise.resolve(void texts.push([title, text]));
  const prompts = new VscodePrompts(() => Promise.resolve(), {} as unknown as Log, show);

  it.each([
    ["Save for These", "next"],
    ["Keep the Present Ones", "present"],
    ["Don't Save", "cancel"],
    [undefined, "cancel"],
  ])("takes %s for %s", async (button, answer) => {
    fake.answer = button;
    expect(await prompts.confirmRecipients(question(1, people(2)))).toBe(answer);
    expect(fake.dialogs).toEqual([["Don't Save", "Save for These", "Keep the Present Ones"]]);
  });

  it("shows all of a long list in an editor on request, and saves nothing", async () => {
    fake.answer = "Show All";
    expect(await prompts.confirmRecipients(question(1024))).toBe("cancel");
    expect(fake.dialogs).toEqual([["Don't Save", "Save for These", "Show All"]]);
    expect(texts[0]?.[0]).toBe("Recipients of a.yaml.age");
    expect(texts[0]?.[1]).toContain("age1person1023");
  });
});
