import { Uri, type ExtensionContext, type TextDocument } from "vscode";
import { describe, expect, it, vi } from "vitest";
import { AgeError } from "../../src/age/errors";
import { localDisk } from "../../src/documents/disk/localDisk";
import { CiphertextGuard } from "../../src/vscode/guards/ciphertextGuard";
import type { Log } from "../../src/vscode/log";
import { desk } from "../documents/kit";
import { observedDisk, type Effect } from "../documents/observedDisk";

/** A window with text documents. Its messages wait for an answer. */
const fake = vi.hoisted(() => ({
  Input: class {
    readonly isInput = true;
  },
  listeners: new Map<string, (event: unknown) => void>(),
  errors: [] as { text: string; answer: (item: string | undefined) => void }[],
  warnings: [] as string[],
}));

vi.mock("vscode", async (original) => {
  const on = (name: string) => (listener: (event: unknown) => void) => {
    fake.listeners.set(name, listener);
    return { dispose: () => undefined };
  };
  return {
    ...(await original<object>()),
    ...{ TabInputText: fake.Input, TabInputTextDiff: fake.Input },
    ...{ Range: fake.Input, Position: fake.Input },
    TextEdit: { replace: (_: unknown, newText: string) => ({ newText }) },
    commands: { executeCommand: () => Promise.resolve() },
    window: {
      tabGroups: { all: [], activeTabGroup: { tabs: [] }, onDidChangeTabs: on("tabs") },
      showErrorMessage: (text: string) =>
        new Promise((answer) => {
          fake.errors.push({ text, answer });
        }),
      showWarningMessage: (text: string) => Promise.resolve(void fake.warnings.push(text)),
    },
    workspace: {
      textDocuments: [],
      encode: (text: string) => Promise.resolve(new TextEncoder().encode(text)),
      decode: (bytes: Uint8Array) => Promise.resolve(new TextDecoder().decode(bytes)),
      ...{ onDidOpenTextDocument: on("open"), onDidChangeTextDocument: on("change") },
      ...{ onDidCloseTextDocument: on("close"), onDidSaveTextDocument: on("save") },
      onWillSaveTextDocument: on("will save"),
    },
  };
});

describe("the guard of encrypted files", () => {
  it("puts back at Try Again what it could not before the tab was closed", async () => {
    const at = await desk();
    const version = "age-encryption.org/v1\nONE";
    const path = await at.put("a.age", version);
    let isFull = true;
    const before = ({ name }: Effect) => {
      if (isFull && name === "create") throw new AgeError("disk-full", "ENOSPC", { path });
    };
    const state = { get: (_: string, none: unknown) => none, update: () => Promise.resolve() };
    const guard = new CiphertextGuard(
      observedDisk(localDisk, { before }),
      state as unknown as ExtensionContext["workspaceState"],
      { info: () => undefined, failure: () => undefined } as unknown as Log,
      at.prompts,
    );
    const document = { uri: Uri.file(path), isDirty: false, isClosed: false, encoding: "utf8" };
    const text = (typed: string, isDirty: boolean) =>
      ({ ...document, isDirty, getText: () => typed }) as unknown as TextDocument;
    const tell = (name: string, event: unknown) => fake.listeners.get(name)?.(event);
    tell("open", text(version, false));
    const saving: Promise<unknown>[] = [];
    const waitUntil = (work: Promise<unknown>) => {
      saving.push(work);
    };
    const edited = { ...text("typed", true), lineCount: 1, lineAt: () => ({ range: {} }) };
    // The first save waits until the guard has learned the version.
    for (let saves = 0; saves < 2; saves++) {
      tell("will save", { document: edited, waitUntil });
      expect(await saving.pop()).toMatchObject([{ newText: version }]);
    }
    await at.put("a.age", "typed");
    tell("save", text("typed", false));
    tell("close", text("typed", false));
    await vi.waitFor(() => {
      expect(fake.errors).toHaveLength(1);
    });
    expect(fake.errors[0]?.text).toContain("Cage holds it in memory");
    isFull = false;
    fake.errors[0]?.answer("Try Again");
    await vi.waitFor(async () => {
      expect(new TextDecoder().decode(await localDisk.read(path))).toBe(version);
    });
    expect(fake.errors).toHaveLength(1);
    guard.dispose();
  });
});
