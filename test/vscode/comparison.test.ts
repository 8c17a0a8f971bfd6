import { Uri } from "vscode";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { AgeError } from "../../src/age/errors";
import { openDocument, type DocumentContext } from "../../src/documents/openDocument";
import { Comparison } from "../../src/vscode/comparison";
import type { Log } from "../../src/vscode/log";
import { VscodePrompts } from "../../src/vscode/prompts";

const shown = vi.hoisted(() => ({ errors: [] as string[] }));

vi.mock("../../src/documents/openDocument", () => ({ openDocument: vi.fn() }));
vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  EventEmitter: class {
    private readonly listeners: ((value: unknown) => void)[] = [];
    readonly event = (listener: (value: unknown) => void) => this.listeners.push(listener);
    fire(value: unknown): void {
      for (const listener of this.listeners) listener(value);
    }
  },
  commands: { executeCommand: () => Promise.resolve() },
  window: {
    showWarningMessage: () => Promise.resolve("Compare"),
    showErrorMessage: (text: string) => {
      shown.errors.push(text);
      return Promise.resolve(undefined);
    },
  },
  workspace: {
    registerTextDocumentContentProvider: () => ({ dispose: () => undefined }),
    onDidCloseTextDocument: () => ({ dispose: () => undefined }),
  },
}));

const path = "/w/a.txt.age";
const left = Uri.from({ scheme: "cage-disk", path: "/w/a.txt.age/a.txt" });

function onDisk(text: string): void {
  const plaintext = new TextEncoder().encode(text);
  vi.mocked(openDocument).mockResolvedValueOnce({ plaintext } as never);
}

describe("a comparison with the disk", () => {
  it("shows the present version each time, also in an editor that is still open", async () => {
    const comparison = new Comparison({} as DocumentContext);
    const texts: string[] = [];
    comparison.onDidChange((uri) => texts.push(comparison.provideTextDocumentContent(uri)));
    for (const text of ["first", "second"]) {
      onDisk(text);
      await comparison.show(path);
    }
    expect(texts).toEqual(["first", "second"]);
    expect(comparison.provideTextDocumentContent(left)).toBe("second");
  });
});

describe("a comparison that fails", () => {
  const failures: string[] = [];
  const failure = (action: string, file: string) => failures.push(`${action} ${file}`);
  const log = { failure } as unknown as Log;

  beforeEach(() => {
    failures.length = 0;
    shown.errors.length = 0;
  });

  it("says so and keeps the text", async () => {
    const error = new AgeError("invalid-mac", "it was changed");
    const prompts = new VscodePrompts(() => Promise.reject(error), log);
    expect(await prompts.changedOnDisk(path, "changed")).toBe("cancel");
    await vi.waitFor(() => {
      expect(shown.errors).toHaveLength(1);
    });
    expect(shown.errors[0]).toContain("a.txt.age could not be compared. It was changed.");
    expect(failures).toEqual([`compare ${path}`]);
  });

  it("says nothing where the user dismissed it", async () => {
    const compare = vi.fn(() => Promise.reject(new AgeError("dismissed", "no")));
    await new VscodePrompts(compare, log).changedOnDisk(path, "changed");
    expect(compare).toHaveBeenCalledOnce();
    expect(shown.errors).toEqual([]);
  });
});
