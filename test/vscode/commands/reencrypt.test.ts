import { Uri } from "vscode";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { AgeError } from "../../../src/age/errors";
import { AgreedChanges } from "../../../src/documents/questions/agreedChanges";
import type { CommandContext } from "../../../src/vscode/commands/context";
import { reencryptCommand } from "../../../src/vscode/commands/reencrypt";
import { reencryptionPlan } from "../../../src/vscode/wording/reencryptText";
import { documentUri } from "../../../src/vscode/uris";

const fake = vi.hoisted(() => ({
  ...{ shown: [] as string[], details: [] as string[], answer: undefined as string | undefined },
  ...{ cancel: (): void => undefined, texts: [] as object[] },
}));

vi.mock("vscode", async (original) => {
  const show = (text: string, options: unknown) => {
    fake.shown.push(text);
    const isModal = typeof options === "object" && options !== null;
    if (isModal && "detail" in options) fake.details.push(String(options.detail));
    return Promise.resolve(isModal ? fake.answer : undefined);
  };
  return {
    ...(await original<object>()),
    ProgressLocation: { Notification: 15 },
    workspace: {
      get textDocuments() {
        return fake.texts;
      },
      notebookDocuments: [],
    },
    window: {
      tabGroups: { all: [] },
      showInformationMessage: show,
      showWarningMessage: show,
      withProgress: (_: object, work: (progress: object, token: object) => unknown) => {
        const listen = (cancel: () => void) => {
          fake.cancel = cancel;
          return { dispose: () => undefined };
        };
        return work({ report: () => undefined }, { onCancellationRequested: listen });
      },
    },
  };
});

beforeEach(() => {
  Object.assign(fake, { shown: [], details: [], texts: [], answer: "Re-encrypt 3 Files" });
});

const uris = ["a.age", "b.age", "notes.txt", "c.age"].map((name) => Uri.file(`/w/${name}`));

/** Runs the command on the files above. @returns the files that it worked on, and the report. */
async function run(work: (path: string, lock: () => void) => void = () => undefined) {
  let lock: () => void = () => undefined;
  const keyring = {
    touch: () => undefined,
    onChange: (listener: (state: string) => void) => {
      lock = () => {
        listener("locked");
      };
      return () => undefined;
    },
  };
  const worked: string[] = [];
  const agreements: unknown[] = [];
  let report = "";
  const log = { info: () => undefined, failure: () => undefined };
  const context = {
    log,
    documentContext: { keys: { keyring } },
    documents: {
      reencrypt: (path: string, _: AbortSignal, agreed: unknown) => {
        worked.push(path);
        agreements.push(agreed);
        work(path, lock);
        return Promise.resolve({ kind: "written" });
      },
    },
    reports: { keep: (_: string, text: string) => (report = text) },
  } as unknown as CommandContext;
  await reencryptCommand(context, uris[0], uris);
  return { worked, report, agreements };
}

describe("Re-encrypt on several selected files", () => {
  it("shows one plan, and does all that are encrypted", async () => {
    const { worked, report } = await run();
    expect(worked).toEqual(["/w/a.age", "/w/b.age", "/w/c.age"]);
    expect(fake.shown).toEqual(["Re-encrypt 3 Files?", "3 of 3 files were re-encrypted."]);
    expect(fake.details[0]).toContain("a.age, b.age, c.age\n");
    expect(fake.details[0]).toContain(
      "1 skipped, without the suffix of an encrypted file: notes.txt.",
    );
    expect(report).toContain("Done:\n  /w/a.age\n  /w/b.age\n  /w/c.age\n");
  });

  it("says in the plan whose unsaved text is saved first", async () => {
    Object.assign(fake, {
      answer: undefined,
      texts: [{ uri: documentUri("/w/c.age"), isDirty: true }],
    });
    await run();
    expect(fake.details[0]).toMatch(/\n\nThe unsaved text of c.age is saved to the disk first\.$/);
  });

  it("shares the changes that were agreed to for all among the files of one run", async () => {
    const [first, second] = [await run(), await run()];
    expect(new Set(first.agreements)).toEqual(new Set([new AgreedChanges(3)]));
    expect(new Set([...first.agreements, ...second.agreements]).size).toBe(2);
  });

  it("does none where the plan is dismissed", async () => {
    fake.answer = undefined;
    expect((await run()).worked).toEqual([]);
  });

  it("goes on after one that fails or that the user declines, and tells of both once", async () => {
    const { worked, report } = await run((path) => {
      if (path === "/w/a.age") throw new AgeError("dismissed", "not saved");
      if (path === "/w/b.age") throw new AgeError("disk-full", "the disk is full");
    });
    expect(worked).toHaveLength(3);
    expect(fake.shown.slice(1)).toEqual([
      "1 of 3 files was re-encrypted. 1 failed. 1 left unchanged.",
    ]);
    expect(report).toContain("Failed:\n  /w/b.age\n    The disk is full.");
  });

  it("ends where the user cancels", async () => {
    const { worked } = await run(() => {
      fake.cancel();
    });
    expect(worked).toEqual(["/w/a.age"]);
    expect(fake.shown.at(-1)).toBe("1 of 3 files was re-encrypted. 2 skipped: cancelled.");
  });

  it("ends where Cage is locked, which the next file would undo", async () => {
    const { worked, report } = await run((path, lock) => {
      if (path === "/w/a.age") return;
      lock();
      throw new AgeError("locked", "the file is locked");
    });
    expect(worked).toEqual(["/w/a.age", "/w/b.age"]);
    const summary = "1 of 3 files was re-encrypted. 2 skipped: Cage was locked.";
    expect(fake.shown.at(-1)).toBe(summary);
    expect(report).toContain("Skipped: Cage was locked:\n  /w/b.age\n  /w/c.age\n");
  });

  it("cuts a long list of names", () => {
    const paths = Array.from({ length: 40 }, (_, index) => `/w/${index}.age`);
    expect(reencryptionPlan(paths, []).detail).toContain("11.age and 28 more");
  });
});
