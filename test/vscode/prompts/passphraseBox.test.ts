import { beforeEach, expect, it, vi } from "vitest";
import { words } from "../../../src/keys/words";
import { askNewPassphrase } from "../../../src/vscode/prompts/passphraseBox";

interface Box {
  readonly title: string;
  readonly prompt: string;
  readonly password: boolean;
  readonly validateInput: (value: string) => unknown;
}

const fake = vi.hoisted(() => ({
  ...{ boxes: [] as object[], typed: [] as (string | undefined)[], clipboard: [] as string[] },
  ...{ messages: [] as string[], details: [] as string[], answers: [] as (string | undefined)[] },
}));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  InputBoxValidationSeverity: { Info: 1, Warning: 2, Error: 3 },
  env: {
    clipboard: { writeText: (text: string) => Promise.resolve(void fake.clipboard.push(text)) },
  },
  window: {
    showInputBox: (box: object) => {
      fake.boxes.push(box);
      return Promise.resolve(fake.typed.shift());
    },
    showInformationMessage: (message: string, options: object, ...buttons: string[]) => {
      fake.messages.push(message);
      fake.details.push((options as { readonly detail: string }).detail);
      const answer = fake.answers.shift();
      return Promise.resolve(answer === "Enter" ? buttons[0] : answer);
    },
  },
}));

beforeEach(() => {
  for (const list of Object.values(fake)) list.length = 0;
});

const asked = async () => {
  const passphrase = await askNewPassphrase("a.age", (ask) => Promise.resolve(ask()));
  return passphrase === null ? null : new TextDecoder().decode(passphrase);
};

it("an empty new passphrase is a generated one, shown once and copied only on request", async () => {
  fake.typed.push("");
  fake.answers.push("Use It");
  const passphrase = await asked();
  const parts = passphrase?.split("-") ?? [];
  expect(parts).toHaveLength(10);
  for (const word of parts) expect(words).toContain(word);
  expect(fake.details[0]?.startsWith(`${passphrase ?? ""}\n\nIt will not be shown again`)).toBe(
    true,
  );
  // VS Code logs the messages of dialogs.
  expect(fake.messages.join()).not.toContain(parts.join("-"));
  expect(fake.clipboard).toEqual([]);
});

it("Copy leaves it in the dialog, so that it is used only after that", async () => {
  fake.typed.push("");
  fake.answers.push("Copy", "Use It");
  const passphrase = await asked();
  expect(fake.clipboard).toEqual([passphrase]);
  expect(fake.details).toHaveLength(2);
  fake.typed.push("");
  fake.answers.push(undefined);
  expect(await asked()).toBeNull();
});

it("Enter, which ended the box before, neither takes it nor copies it nor lets it go", async () => {
  fake.typed.push("");
  fake.answers.push("Enter", "Enter", "Use It");
  const used = await asked();
  expect(fake.details[0]).toContain(used);
  expect([new Set(fake.details).size, fake.details.length, fake.clipboard]).toEqual([1, 3, []]);
  fake.typed.push("");
  fake.answers.push("Enter", "Enter", undefined);
  expect([await asked(), fake.clipboard]).toEqual([null, []]);
});

it("after Copy, Enter goes on", async () => {
  fake.typed.push("");
  fake.answers.push("Enter", "Copy", "Copy", "Enter");
  const copied = await asked();
  expect(copied).not.toBeNull();
  expect(fake.clipboard).toEqual([copied, copied]);
});

it("a weak one gets a word, and is taken all the same", async () => {
  fake.typed.push("hunter2", "hunter2");
  expect(await asked()).toBe("hunter2");
  const [first, second] = fake.boxes as Box[];
  expect(first?.password).toBe(true);
  expect(first?.prompt).toContain("leave it empty for a generated one");
  expect(first?.validateInput("hunter2")).toMatchObject({ severity: 2 });
  expect(first?.validateInput("")).toBeNull();
  expect(first?.validateInput("correct horse battery staple")).toBeNull();
  expect(second?.validateInput("")).toEqual(expect.any(String));
});

it("two that differ are asked for again, and none that was dismissed is taken", async () => {
  fake.typed.push("one", "two", "three", "three");
  expect(await asked()).toBe("three");
  expect((fake.boxes[2] as Box).prompt).toContain("The passphrases do not match.");
  fake.typed.push("one", undefined);
  expect(await asked()).toBeNull();
  fake.typed.push(undefined);
  expect(await asked()).toBeNull();
});
