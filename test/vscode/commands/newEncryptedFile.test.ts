import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { beforeEach, expect, it, vi } from "vitest";
import { Uri } from "vscode";
import type { CommandContext } from "../../../src/vscode/commands/context";
import { newEncryptedFileCommand } from "../../../src/vscode/commands/newEncryptedFile";
import { alice, decrypted, desk } from "../../documents/kit";

interface Fake {
  readonly asked: string[];
  chosen: unknown;
}

const fake = vi.hoisted((): Fake => ({ asked: [], chosen: undefined }));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  ViewColumn: { Active: -1 },
  workspace: {},
  window: {
    tabGroups: { all: [] },
    showQuickPick: (items: readonly unknown[], { title }: { readonly title: string }) => {
      fake.asked.push(title);
      return Promise.resolve(items[0]);
    },
    showSaveDialog: () => {
      fake.asked.push("where");
      return Promise.resolve(fake.chosen);
    },
    showWarningMessage: (message: string) => Promise.resolve(void fake.asked.push(message)),
  },
}));

/** Runs the command for a URI. @returns the files that were opened. */
async function run(path: string, documentContext: object): Promise<readonly string[]> {
  const opened: string[] = [];
  const context = {
    ...{ documentContext, prompts: {}, strategies: { confirmUsable: () => Promise.resolve() } },
    opener: { open: (file: string) => Promise.resolve(void opened.push(file)) },
  } as unknown as CommandContext;
  await newEncryptedFileCommand(context, Uri.file(path));
  return opened;
}

beforeEach(() => {
  fake.asked.length = 0;
});

it("an empty file that New File… left becomes an encrypted one, with no question about it", async () => {
  const { context, put } = await desk();
  const path = await put("made.yaml.age", "");
  expect(await run(path, context)).toEqual([path]);
  expect(fake.asked).toEqual(["Recipients of made.yaml.age", "Format of made.yaml.age"]);
  expect(await decrypted(path, alice)).toBe("");
});

it("a file that holds something is not replaced without a question, nor what a link leads to", async () => {
  const { context, put, path } = await desk();
  const full = await put("full.age", "something");
  await put("empty", "");
  await symlink("empty", path("link.age"));
  for (const [file, question] of [
    [full, "full.age exists already."],
    [path("link.age"), "link.age is a link. Overwrite the file that it leads to?"],
  ] as const) {
    expect(await run(file, context)).toEqual([]);
    expect(fake.asked.at(-1)).toBe(question);
  }
  expect(await readFile(full, "utf8")).toBe("something");
  expect(await readFile(path("empty"), "utf8")).toBe("");
});

it("in a folder it asks where, also if the folder has the suffix of an encrypted file", async () => {
  const { context, path } = await desk();
  await mkdir(path("plain"));
  await writeFile(path("plain/x"), "");
  fake.chosen = Uri.file(path("plain/new.yaml"));
  expect(await run(path("plain"), context)).toEqual([path("plain/new.yaml.age")]);
  expect(fake.asked[0]).toBe("where");
});
