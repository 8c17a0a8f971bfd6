import { Uri } from "vscode";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { AgeError } from "../../../src/age/errors";
import { openDocument } from "../../../src/documents/openDocument";
import { localDisk } from "../../../src/documents/disk/localDisk";
import { DiskComparison } from "../../../src/vscode/editor/diskComparison";
import type { ShownTexts } from "../../../src/vscode/editor/shownTexts";
import type { Log } from "../../../src/vscode/log";
import { VscodePrompts } from "../../../src/vscode/prompts/vscodePrompts";
import { desk, passphrase } from "../../documents/kit";
import { observedDisk } from "../../documents/observedDisk";

const shown = vi.hoisted(() => ({
  errors: [] as string[],
  commands: [] as string[],
  /** The provider of the latest comparison's texts. */
  provider: null as unknown as ShownTexts,
}));

vi.mock("../../../src/documents/openDocument", async (original) => {
  const real = await original<{ openDocument: typeof openDocument }>();
  return { ...real, openDocument: vi.fn(real.openDocument) };
});
vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  EventEmitter: class {
    private readonly listeners: ((value: unknown) => void)[] = [];
    readonly event = (listener: (value: unknown) => void) => this.listeners.push(listener);
    fire(value: unknown): void {
      for (const listener of this.listeners) listener(value);
    }
  },
  commands: {
    executeCommand: (command: string) => Promise.resolve(shown.commands.push(command)),
  },
  window: {
    showWarningMessage: () => Promise.resolve("Compare"),
    showErrorMessage: (text: string) => {
      shown.errors.push(text);
      return Promise.resolve(undefined);
    },
  },
  workspace: {
    registerTextDocumentContentProvider: (_: string, provider: ShownTexts) => {
      shown.provider = provider;
      return { dispose: () => undefined };
    },
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
    const comparison = new DiskComparison((await desk()).context);
    const texts: string[] = [];
    const { provider } = shown;
    provider.onDidChange((uri) => texts.push(provider.provideTextDocumentContent(uri)));
    for (const text of ["first", "second"]) {
      onDisk(text);
      await comparison.show(path);
    }
    expect(texts).toEqual(["first", "second"]);
    expect(provider.provideTextDocumentContent(left)).toBe("second");
  });
});

describe("a comparison that a lock overtakes", () => {
  async function locked(step: string, afterMinutes = 0) {
    let lock = (): void => undefined;
    const after = ({ name }: { name: string }) => {
      if (name === step) lock();
    };
    const at = await desk({ disk: observedDisk(localDisk, { after }), afterMinutes });
    const file = await at.encrypted("a.txt.age", "SECRET ON DISK");
    const comparison = new DiskComparison(at.context);
    at.keyring.onChange((state) => {
      if (state === "locked") comparison.clear();
    });
    lock = () => {
      at.keyring.lock();
    };
    const { provider } = shown;
    const provided = () =>
      provider.provideTextDocumentContent(Uri.from({ scheme: "cage-disk", path: `${file}/a.txt` }));
    shown.commands.length = 0;
    return { ...at, file, comparison, lock, provided };
  }

  it.each(["facts", "read"])("at the step %s shows and unlocks nothing", async (step) => {
    const { comparison, file, keyring, provided } = await locked(step);
    await expect(comparison.show(file)).rejects.toMatchObject({ code: "locked" });
    expect([provided(), shown.commands, keyring.state]).toEqual(["", [], "locked"]);
  });

  it("when all is decrypted shows nothing, and zeroes it", async () => {
    const { comparison, file, lock, provided } = await locked("");
    const plaintext = new TextEncoder().encode("SECRET ON DISK");
    vi.mocked(openDocument).mockImplementationOnce(() => {
      lock();
      return Promise.resolve({ plaintext } as never);
    });
    await expect(comparison.show(file)).rejects.toMatchObject({ code: "locked" });
    expect([provided(), shown.commands]).toEqual(["", []]);
    expect(plaintext).toEqual(new Uint8Array(14));
  });

  it("is not one that begins when the lock is overdue", async () => {
    const { comparison, keyring, clock, encrypted, prompts } = await locked("", 5);
    const closed = await encrypted("b.txt.age", "other", passphrase("right"));
    keyring.unlock();
    clock.time += 5 * 60_000;
    prompts.passphrases = ["right"];
    await comparison.show(closed);
    expect(shown.commands).toEqual(["vscode.diff"]);
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
    const prompts = new VscodePrompts(
      () => Promise.reject(error),
      log,
      () => Promise.resolve(),
      () => Promise.resolve(null),
    );
    expect(await prompts.changedOnDisk(path, "changed")).toBe("cancel");
    await vi.waitFor(() => {
      expect(shown.errors).toHaveLength(1);
    });
    expect(shown.errors[0]).toContain("a.txt.age could not be compared. It was changed.");
    expect(failures).toEqual([`compare ${path}`]);
  });

  it("says nothing where the user dismissed it", async () => {
    const compare = vi.fn(() => Promise.reject(new AgeError("dismissed", "no")));
    const [show, choose] = [() => Promise.resolve(), () => Promise.resolve(null)];
    await new VscodePrompts(compare, log, show, choose).changedOnDisk(path, "changed");
    expect(compare).toHaveBeenCalledOnce();
    expect(shown.errors).toEqual([]);
  });
});
