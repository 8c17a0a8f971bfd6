import { readFile } from "node:fs/promises";
import { Uri } from "vscode";
import { describe, expect, it, vi } from "vitest";
import { AgeError } from "../../../src/age/errors";
import { AgreedChanges } from "../../../src/documents/questions/agreedChanges";
import { reencryptCommand } from "../../../src/vscode/commands/reencrypt";
import { documentUri } from "../../../src/vscode/uris";
import { reencryptionPlan } from "../../../src/vscode/wording/reencryptText";
import { alice, bob, decrypted, desk, nameOf } from "../../documents/kit";
import { user } from "../fakeUser";
import { held } from "../fakeWorkspace";
import { commandDesk, unsavedText } from "./kit";

vi.mock("vscode", () => import("../fakeWindow"));

const uris = ["a.age", "b.age", "notes.txt", "c.age"].map((name) => Uri.file(`/w/${name}`));
const go = "Re-encrypt 3 Files";

/** Runs the command on the files above. @returns those that were worked on, and the agreements. */
async function run(
  work: (path: string, lock: () => void) => void = () => undefined,
  answers: readonly (string | undefined)[] = [go],
) {
  const worked: string[] = [];
  const agreements: unknown[] = [];
  const at = await desk();
  at.keyring.unlock();
  const documents = {
    reencrypt: (path: string, _: AbortSignal, agreed: unknown) => {
      worked.push(path);
      agreements.push(agreed);
      work(path, () => {
        at.keyring.lock();
      });
      return Promise.resolve({ kind: "written" });
    },
  };
  const { context } = await commandDesk({ documents }, at);
  user.will(...answers);
  await reencryptCommand(context, uris[0], uris);
  return { worked, agreements, report: () => context.reports.showLast() };
}

/** The report of a run, as Show Report shows it. */
async function reportOf({ report }: Awaited<ReturnType<typeof run>>): Promise<string> {
  await report();
  return user.last("document").detail;
}

describe("Re-encrypt on several selected files", () => {
  it("shows one plan, and does all that are encrypted", async () => {
    const made = await run();
    expect(made.worked).toEqual(["/w/a.age", "/w/b.age", "/w/c.age"]);
    const shown = ["Re-encrypt 3 Files?", "3 of 3 files were re-encrypted."];
    expect(user.texts("information", "warning")).toEqual(shown);
    const { detail } = user.shown[0] ?? user.last();
    expect(detail).toContain("a.age, b.age, c.age\n");
    expect(detail).toContain("1 skipped, without the suffix of an encrypted file: notes.txt.");
    expect(await reportOf(made)).toContain("Done:\n  /w/a.age\n  /w/b.age\n  /w/c.age\n");
  });

  it("says in the plan whose unsaved text is saved first", async () => {
    held.texts = [unsavedText(documentUri("/w/c.age"))];
    await run(undefined, [undefined]);
    expect(user.last().detail).toMatch(
      /\n\nThe unsaved text of c.age is saved to the disk first\.$/,
    );
  });

  it("shares the changes that were agreed to for all among the files of one run", async () => {
    const [first, second] = [await run(), await run()];
    expect(new Set(first.agreements)).toEqual(new Set([new AgreedChanges(3)]));
    expect(new Set([...first.agreements, ...second.agreements]).size).toBe(2);
  });

  it("does none where the plan is dismissed", async () => {
    expect((await run(undefined, [undefined])).worked).toEqual([]);
  });

  it("goes on after one that fails or that the user declines, and tells of both once", async () => {
    const made = await run((path) => {
      if (path === "/w/a.age") throw new AgeError("dismissed", "not saved");
      if (path === "/w/b.age") throw new AgeError("disk-full", "the disk is full");
    });
    expect(made.worked).toHaveLength(3);
    const text = "1 of 3 files was re-encrypted. 1 failed. 1 left unchanged.";
    expect(user.texts("warning")).toEqual([text]);
    expect(await reportOf(made)).toContain("Failed:\n  /w/b.age\n    The disk is full.");
  });

  it("ends where the user cancels", async () => {
    const { worked } = await run(() => {
      for (const cancel of user.cancels) cancel();
    });
    expect(worked).toEqual(["/w/a.age"]);
    const text = "1 of 3 files was re-encrypted. 2 skipped: cancelled.";
    expect(user.last("information").text).toBe(text);
  });

  it("ends where Cage is locked, which the next file would undo", async () => {
    const made = await run((path, lock) => {
      if (path === "/w/a.age") return;
      lock();
      throw new AgeError("locked", "the file is locked");
    });
    expect(made.worked).toEqual(["/w/a.age", "/w/b.age"]);
    const summary = "1 of 3 files was re-encrypted. 2 skipped: Cage was locked.";
    expect(user.last("information").text).toBe(summary);
    expect(await reportOf(made)).toContain("Skipped: Cage was locked:\n  /w/b.age\n  /w/c.age\n");
  });

  it("saves what editors hold unsaved first, and does none where that fails", async () => {
    held.texts = [unsavedText(documentUri("/w/c.age"), () => false)];
    expect((await run()).worked).toEqual([]);
    held.texts = [unsavedText(documentUri("/w/c.age"))];
    expect((await run()).worked).toHaveLength(3);
  });

  it("offers its report", async () => {
    await run(undefined, [go, "Show Report"]);
    await vi.waitFor(() => {
      expect(user.last("document").text).toBe("Re-encryption Report");
    });
  });

  it("shows what it would leave out where there is nothing to do, and no button for that", async () => {
    user.will(undefined);
    const { context } = await commandDesk();
    const plain = ["a", "b"].map((name) => Uri.file(`/w/${name}`));
    await reencryptCommand(context, plain[0], plain);
    expect(user.last()).toMatchObject({ text: "There is nothing to re-encrypt.", rows: [] });
  });

  it("cuts a long list of names", () => {
    const paths = Array.from({ length: 40 }, (_, index) => `/w/${index}.age`);
    expect(reencryptionPlan(paths, []).detail).toContain("11.age and 28 more");
  });
});

describe("Re-encrypt on one file", () => {
  it("gives it a fresh key and the recipients of its list, once the user agrees", async () => {
    const at = await desk();
    const path = await at.encrypted("a.age", "text");
    const before = await readFile(path);
    await at.put(".age-recipients", `${nameOf(alice)}\n${nameOf(bob)}\n`);
    const { context } = await commandDesk({}, at);
    user.will("Re-encrypt for These");
    await reencryptCommand(context, Uri.file(path), undefined);
    expect(await readFile(path)).not.toEqual(before);
    expect(await decrypted(path, bob)).toBe("text");
    expect(user.texts("information")).toEqual([
      expect.stringMatching(/^a\.age was re-encrypted \(/),
    ]);
  });

  it("leaves it as it is where the user declines, or its text could not be saved", async () => {
    const at = await desk();
    const path = await at.encrypted("a.age", "text");
    const before = await readFile(path);
    await at.put(".age-recipients", `${nameOf(alice)}\n${nameOf(bob)}\n`);
    const { context } = await commandDesk({}, at);
    user.will("Don't Re-encrypt");
    const declined = reencryptCommand(context, Uri.file(path), undefined);
    await expect(declined).rejects.toMatchObject({ code: "dismissed" });
    held.texts = [unsavedText(documentUri(path), () => false)];
    await reencryptCommand(context, Uri.file(path), undefined);
    expect(await readFile(path)).toEqual(before);
    expect(user.texts("information")).toEqual([]);
  });

  it("saves what the editor holds unsaved first", async () => {
    const at = await desk();
    const path = await at.encrypted("a.age", "text");
    const { context } = await commandDesk({}, at);
    held.texts = [unsavedText(documentUri(path), () => at.encrypted("a.age", "edited"))];
    await reencryptCommand(context, Uri.file(path), undefined);
    expect(await decrypted(path, alice)).toBe("edited");
    expect(user.texts("information")).toHaveLength(1);
  });

  it("says nothing of a file that was not written", async () => {
    const documents = { reencrypt: () => Promise.resolve({ kind: "reload" }) };
    const { context } = await commandDesk({ documents });
    await reencryptCommand(context, Uri.file("/w/a.age"), undefined);
    expect(user.shown).toEqual([]);
  });

  it("does nothing where the question for the file is dismissed", async () => {
    user.will(undefined);
    const { context } = await commandDesk();
    await reencryptCommand(context, undefined, undefined);
    expect(user.texts()).toEqual(["Re-encrypt"]);
  });
});
