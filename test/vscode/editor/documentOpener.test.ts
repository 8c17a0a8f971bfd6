import { expect, it, vi } from "vitest";
import type { Documents } from "../../../src/documents/documents";
import { comfortableSize } from "../../../src/documents/openDocument";
import type { CageFileSystem } from "../../../src/vscode/editor/fileSystemProvider";
import { besideNothing, DocumentOpener } from "../../../src/vscode/editor/documentOpener";
import { OpenRequests } from "../../../src/vscode/editor/plaintextRequests";

const fake = vi.hoisted(() => ({ steps: [] as string[] }));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  ViewColumn: { Active: -1 },
  commands: {
    executeCommand: (command: string) => Promise.resolve(fake.steps.push(command)),
  },
  window: {
    showWarningMessage: () => Promise.resolve(fake.steps.push("ask")),
  },
  workspace: { textDocuments: [] },
}));

function opening(size: number, locked: Promise<void> = Promise.resolve()): DocumentOpener {
  fake.steps = [];
  const documents = {
    sizes: { stat: () => Promise.resolve({ plaintextSize: size }) },
    read: () => {
      fake.steps.push("read");
      return Promise.resolve(new Uint8Array());
    },
  } as unknown as Documents;
  const files = {} as unknown as CageFileSystem;
  const onOpened = () => fake.steps.push("opened");
  return new DocumentOpener(documents, new OpenRequests(), files, onOpened, () => locked);
}

it("reads nothing before a lock that is under way has closed everything", async () => {
  let end = (): void => undefined;
  const opener = opening(1, new Promise((done) => (end = done)));
  const opened = opener.open("/w/a.age", besideNothing);
  await new Promise(setImmediate);
  expect(fake.steps).toEqual([]);
  end();
  await opened;
  expect(fake.steps).toEqual(["read", "vscode.openWith", "opened"]);
});

it("asks whether to open a large file, but nothing for a tab in the background", async () => {
  const opener = opening(comfortableSize + 1);
  const behind = opener.open("/w/a.age", { ...besideNothing, background: true });
  await expect(behind).rejects.toMatchObject({ code: "too-large" });
  expect(fake.steps).toEqual([]);
  await expect(opener.open("/w/a.age", besideNothing)).rejects.toMatchObject({ code: "too-large" });
  expect(fake.steps).toEqual(["ask"]);
});
