import { chmod, readFile, rename, stat, unlink, utimes, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { localDisk } from "../../src/documents/disk/localDisk";
import { Documents } from "../../src/documents/documents";
import * as kit from "./kit";
import { ageFile, alice, bob, bytes, carol, decrypted, desk, nameOf, passphrase } from "./kit";
import { observedDisk, type Effect } from "./observedDisk";
import { silentDocuments } from "./silentDocuments";

/**
 * Opens a.age with the text "old!" at a desk.
 *
 * @returns also what another program can do to the file.
 */
async function opened(options: kit.DeskOptions = {}, editor = { text: null as string | null }) {
  const at = await desk(options);
  const file = await at.encrypted("a.age", "old!");
  const documents = new Documents(
    at.context,
    () => undefined,
    () => editor.text,
  );
  await documents.read(file, "ask");
  const save = (text: string) => documents.write(file, bytes(text), "when changed");
  return { ...at, file, documents, save };
}

describe("a save over a file that another program", () => {
  const rewritten = async (file: string) => {
    const { atimeMs, mtimeMs } = await stat(file);
    await writeFile(file, await ageFile("they"));
    // Size and time are the same, too: only the content differs.
    await utimes(file, atimeMs / 1000, mtimeMs / 1000);
  };
  const deleted = (file: string) => unlink(file);
  const junk = (file: string) => writeFile(file, "not an age file");
  const emptied = (file: string) => writeFile(file, "");
  const disturbances = [
    ["rewrote with text of the same length", "changed", rewritten],
    ["deleted", "deleted", deleted],
    ["replaced by junk", "changed", junk],
    ["emptied", "changed", emptied],
  ] as const;

  it.each(disturbances)("%s asks, and cancelled writes nothing", async (_title, what, disturb) => {
    const { file, folder, save, prompts, documents } = await opened();
    await disturb(file);
    const before = await readFile(file).catch(() => null);
    prompts.choices = ["cancel"];
    const facts = { change: "saved file" };
    await expect(save("mine")).rejects.toMatchObject({ code: "changed-on-disk", facts });
    expect(prompts.asked).toEqual([{ kind: "changed", what }]);
    expect(await readFile(file).catch(() => null)).toEqual(before);
    await kit.expectNames(folder, ...(before === null ? [] : ["a.age"]));
    expect(documents.find(file)).not.toBeNull();
  });

  it.each(disturbances)("%s asks, and overwrites", async (_title, _what, disturb) => {
    const { file, save, prompts } = await opened();
    await disturb(file);
    prompts.choices = ["overwrite"];
    expect((await save("mine")).kind).toBe("written");
    expect(await decrypted(file, alice)).toBe("mine");
    expect((await save("more")).kind).toBe("written");
    expect(prompts.kinds).toEqual(["changed"]);
  });

  it.each(disturbances)("%s asks, and gives way", async (_title, _what, disturb) => {
    const { file, save, prompts } = await opened();
    await disturb(file);
    const before = await readFile(file).catch(() => null);
    prompts.choices = ["reload"];
    expect((await save("mine")).kind).toBe("reload");
    expect(await readFile(file).catch(() => null)).toEqual(before);
  });

  it("rewrote before the draft of an earlier version was put back asks", async () => {
    const { file, save, prompts, documents } = await opened();
    const first = documents.find(file)?.ciphertext ?? "";
    await rewritten(file);
    await documents.read(file, "ask");
    await documents.rebase(file, first);
    prompts.choices = ["cancel"];
    // This also holds where the draft equals the new file.
    await expect(save("they")).rejects.toMatchObject({ code: "changed-on-disk" });
    expect(prompts.asked).toEqual([{ kind: "changed", what: "changed" }]);
  });

  it.each([
    ["shows", "they", []],
    ["has not read", "old!", [{ kind: "changed", what: "changed" }]],
  ])("rewrote asks after an undone draft only where the editor %s it", async (...situation) => {
    const [, shown, asked] = situation;
    const editor = { text: null as string | null };
    const { file, save, prompts, documents } = await opened({}, editor);
    const first = documents.find(file)?.ciphertext ?? "";
    await rewritten(file);
    await documents.read(file, "ask");
    editor.text = shown;
    await documents.rebase(file, first);
    editor.text = "draft";
    // The user undoes his edit and types on.
    editor.text = shown;
    await documents.settled(file);
    editor.text = "mine";
    prompts.choices = ["cancel"];
    await save("mine").catch(() => undefined);
    expect(prompts.asked).toEqual(asked);
  });

  it("rewrote gives way without a question when the text is as it was opened", async () => {
    const { file, save, prompts } = await opened();
    await rewritten(file);
    expect((await save("old!")).kind).toBe("reload");
    expect(await decrypted(file, alice)).toBe("they");
    expect(prompts.asked).toEqual([]);
  });

  it("deleted gets its mode back with the text, but no group more than everybody", async () => {
    const { file, save, prompts, documents } = await opened();
    await chmod(file, 0o664);
    await documents.read(file, "ask");
    await unlink(file);
    prompts.choices = ["overwrite"];
    await save("mine");
    // Its folder may give a new file an access list, which the group's bits would activate.
    expect((await stat(file)).mode & 0o777).toBe(0o644);
  });

  it("only touched is nothing to ask about", async () => {
    const { file, save, prompts } = await opened();
    await utimes(file, 1, 1);
    expect((await save("mine")).kind).toBe("written");
    expect(prompts.asked).toEqual([]);
  });
});

describe("overwriting a version that was never opened here", () => {
  it("asks about its readers, although oneself is not among them", async () => {
    const { file, save, prompts } = await opened();
    await writeFile(file, await ageFile("they", bob));
    prompts.choices = ["overwrite"];
    prompts.agreements = [false];
    await expect(save("mine")).rejects.toMatchObject({ code: "dismissed" });
    expect(prompts.question.change).toMatchObject({ certain: false });
    expect(await decrypted(file, bob)).toBe("they");
  });

  it("says how many would lose access", async () => {
    const { file, save, prompts } = await opened();
    await writeFile(file, await ageFile("they", bob, carol));
    prompts.choices = ["overwrite"];
    prompts.agreements = [true];
    await save("mine");
    expect(prompts.question.change).toMatchObject({ unnamedDropped: 1, certain: false });
    expect(await decrypted(file, alice)).toBe("mine");
  });

  it("asks about readers that another program added, and never claims to know them", async () => {
    const { file, save, prompts, documents } = await opened();
    await save("mine");
    await writeFile(file, await ageFile("they", alice, bob));
    await documents.read(file, "ask");
    prompts.agreements = [false];
    await expect(save("more")).rejects.toMatchObject({ code: "dismissed" });
    expect(prompts.question).toMatchObject({
      origin: { kind: "remembered" },
      change: { unnamedDropped: 1, certain: false },
      next: [{ text: nameOf(alice) }],
    });
  });

  it("keeps a new passphrase of a file, which it asks for", async () => {
    const { file, save, prompts } = await opened();
    await writeFile(file, await ageFile("they", passphrase("new")));
    prompts.choices = ["overwrite"];
    prompts.passphrases = [null];
    await expect(save("mine")).rejects.toMatchObject({ code: "dismissed" });
    prompts.choices = ["overwrite"];
    prompts.passphrases = ["new"];
    // The read-back decrypts with the typed passphrase.
    expect(await save("mine")).toMatchObject({ document: { opener: { kind: "passphrase" } } });
  });
});

describe("a file that changes during the save", () => {
  it.each(["create", "flush", "claim", "link"] as const)("at %s asks", async (step) => {
    let isArmed = false;
    const after = async ({ name }: Effect) => {
      if (isArmed && name === step) await writeFile(file, await ageFile("they"));
    };
    const at = await opened({ disk: observedDisk(localDisk, { after }) });
    const { file, folder, save, prompts } = at;
    isArmed = true;
    prompts.choices = ["cancel"];
    await expect(save("mine")).rejects.toMatchObject({ code: "changed-on-disk" });
    expect(prompts.asked).toEqual([{ kind: "changed", what: "changed" }]);
    expect(await decrypted(file, alice)).toBe("they");
    await kit.expectNames(folder, "a.age");
  });

  it.each(["copyRights", "isAt"] as const)("at %s keeps both versions, and tells", async (step) => {
    let isArmed = false;
    const after = async ({ name }: Effect) => {
      if (!isArmed || name !== step) return;
      isArmed = false;
      await writeFile(file, await ageFile("they"));
    };
    const at = await opened({ disk: observedDisk(localDisk, { after }) });
    const { file, folder, save, prompts } = at;
    isArmed = true;
    await save("mine");
    expect(await decrypted(file, alice)).toBe("mine");
    const [notice, ...others] = prompts.notices;
    if (notice?.kind !== "conflict copy") throw new Error("nobody was told of a copy");
    expect(others).toEqual([]);
    expect(await decrypted(notice.copy, alice)).toBe("they");
    await kit.expectNames(folder, "a.age", basename(notice.copy));
  });

  it.runIf(process.platform === "linux")("at the very last moment tells what is gone", async () => {
    let isArmed = false;
    const after = async ({ name, path }: Effect) => {
      // The last call before the rename looks at the target.
      if (!isArmed || name !== "isAt" || path !== file) return;
      isArmed = false;
      await writeFile(`${file}.tmp`, await ageFile("they"));
      await rename(`${file}.tmp`, file);
    };
    const at = await opened({ disk: observedDisk(localDisk, { after }) });
    const { file, folder, save, prompts } = at;
    isArmed = true;
    await save("mine");
    expect(prompts.notices).toEqual([{ kind: "overwritten", path: file }]);
    expect(await decrypted(file, alice)).toBe("mine");
    await kit.expectNames(folder, "a.age");
    await save("more");
    expect(prompts.notices).toHaveLength(1);
  });

  it("by being deleted is not written again unasked", async () => {
    let isArmed = false;
    const after = async ({ name }: Effect) => {
      if (isArmed && name === "flush") await unlink(file);
    };
    const at = await opened({ disk: observedDisk(localDisk, { after }) });
    const { file, folder, save } = at;
    isArmed = true;
    at.prompts.choices = ["cancel"];
    await expect(save("mine")).rejects.toMatchObject({ code: "changed-on-disk" });
    expect(at.prompts.asked).toEqual([{ kind: "changed", what: "deleted" }]);
    await kit.expectNames(folder);
  });

  it("by being made again, when it was deleted, is not replaced", async () => {
    let isArmed = false;
    const before = async ({ name }: Effect) => {
      if (isArmed && name === "renameToFree") await writeFile(file, "quicker");
    };
    const at = await opened({ disk: observedDisk(localDisk, { before }) });
    const { file } = at;
    await unlink(file);
    at.prompts.choices = ["overwrite", "cancel"];
    isArmed = true;
    await expect(at.save("mine")).rejects.toMatchObject({ code: "changed-on-disk" });
    expect(await readFile(file, "utf8")).toBe("quicker");
  });
});

describe("text of before a window reload", () => {
  it("is saved without a question if the file is what it was made from", async () => {
    const { context, file, prompts } = await opened();
    const restarted = silentDocuments(context);
    expect((await restarted.write(file, bytes("mine"), "when changed")).kind).toBe("written");
    expect(await decrypted(file, alice)).toBe("mine");
    expect(prompts.asked).toEqual([]);
  });

  it("asks if the file is another one, or if nothing is known of it", async () => {
    const { context, file, prompts } = await opened();
    await writeFile(file, await ageFile("they"));
    const restarted = silentDocuments(context);
    prompts.choices = ["cancel", "cancel"];
    const write = () => restarted.write(file, bytes("mine"), "when changed");
    await expect(write()).rejects.toMatchObject({ code: "changed-on-disk" });
    await context.bases.set("cage.bases", []);
    await expect(write()).rejects.toMatchObject({ code: "changed-on-disk" });
    expect(prompts.asked).toEqual([
      { kind: "changed", what: "changed" },
      { kind: "changed", what: "never read" },
    ]);
    expect(await decrypted(file, alice)).toBe("they");
  });
});
