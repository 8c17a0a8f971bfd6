import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { Documents } from "../../../src/documents/documents";
import type { EditorText } from "../../../src/documents/memory/editorText";
import { ageFile, bytes, desk } from "../kit";
import { silentDocuments } from "../silentDocuments";

/** Opens a document in an editor whose text the test sets. */
async function held(content: string) {
  const at = await desk();
  const path = await at.encrypted("a.age", content);
  const editor: { text: EditorText } = { text: null };
  const documents = new Documents(
    at.context,
    () => undefined,
    () => editor.text,
  );
  await documents.read(path, "ask");
  editor.text = content;
  at.prompts.choices = ["cancel"];
  return { ...at, path, editor, documents };
}

const outcome = (documents: Documents, path: string, text: string): Promise<string> =>
  documents.write(path, bytes(text), "when changed").then(
    (saved) => saved.kind,
    (error: unknown) => (error as { code: string }).code,
  );

describe("the base of a save", () => {
  it.each(["0", "0 and unsaved"])(
    "is what the editor's text was made from, whoever reads the file meanwhile (%s)",
    async (text) => {
      const { documents, path, editor } = await held("0");
      editor.text = text;
      await writeFile(path, await ageFile("1"));
      await documents.read(path, "never");
      expect(await documents.hasChanged(path)).toBe(true);
      expect(await outcome(documents, path, "0 and more")).toBe("changed-on-disk");
    },
  );

  it.each([
    ["follows the editor to a version that was read", "other\r\ntext", "other\ntext", "written"],
    ["follows past a byte order mark", "\ufeffother", "other", "written"],
    ["stays when the editor goes back to its old text", "other", "0", "changed-on-disk"],
  ])("%s", async (_, version, shown, expected) => {
    const { documents, path, editor } = await held("0");
    editor.text = "0 and unsaved";
    await writeFile(path, await ageFile(version));
    await documents.read(path, "never");
    editor.text = shown;
    await documents.settled(path);
    expect(await outcome(documents, path, "1")).toBe(expected);
  });

  it("stays when the file is encrypted anew while the editor shows an older text", async () => {
    const { documents, path } = await held("0");
    await writeFile(path, await ageFile("1"));
    expect((await documents.reencrypt(path)).kind).toBe("written");
    expect(await documents.hasChanged(path)).toBe(true);
    expect(await outcome(documents, path, "0 and more")).toBe("changed-on-disk");
  });

  it("moves when the file is encrypted anew and the editor shows its text", async () => {
    const { documents, path } = await held("0");
    expect((await documents.reencrypt(path)).kind).toBe("written");
    expect(await documents.hasChanged(path)).toBe(false);
    expect(await outcome(documents, path, "0 and more")).toBe("written");
  });

  it("outlives a reload of the window, and another window's reads and writes", async () => {
    const { context, path, prompts } = await held("0");
    const otherWindow = silentDocuments({
      ...context,
      bases: { get: () => undefined, set: () => Promise.resolve() },
    });
    await otherWindow.read(path, "ask");
    expect(await outcome(otherWindow, path, "1")).toBe("written");
    const reloaded = new Documents(
      context,
      () => undefined,
      () => "0 and unsaved",
    );
    prompts.choices = ["cancel"];
    expect(await outcome(reloaded, path, "0 and unsaved")).toBe("changed-on-disk");
  });
});

/** Writes another program's version, and reads it from outside the editor. */
async function foreign(documents: Documents, path: string, text: string): Promise<void> {
  await writeFile(path, await ageFile(text));
  await documents.read(path, "never");
}

describe("a save of an editor", () => {
  it("leaves its own version as the base, though the user types on meanwhile", async () => {
    const { documents, path, editor, prompts } = await held("0");
    editor.text = "one";
    const saving = documents.write(path, bytes("one"), "when changed");
    editor.text = "one two";
    expect((await saving).kind).toBe("written");
    expect(await outcome(documents, path, "one two")).toBe("written");
    expect(prompts.asked).toEqual([]);
  });

  it("does so, too, where the user has typed on before the write arrives", async () => {
    const { documents, path, editor, prompts } = await held("0");
    editor.text = "one";
    documents.willSave(path);
    editor.text = "one two";
    expect(await outcome(documents, path, "one")).toBe("written");
    expect(await outcome(documents, path, "one two")).toBe("written");
    expect(prompts.asked).toEqual([]);
  });

  it.each(["that nobody announced", "after a save that is done"])(
    "is not what another extension writes under unsaved text (%s)",
    async (when) => {
      const { documents, path, editor, prompts } = await held("0");
      editor.text = "one";
      if (when === "after a save that is done") {
        documents.willSave(path);
        expect(await outcome(documents, path, "one")).toBe("written");
      }
      editor.text = "one two";
      expect(await outcome(documents, path, "theirs")).toBe("written");
      expect(await outcome(documents, path, "one two")).toBe("changed-on-disk");
      expect(prompts.kinds).toEqual(["changed"]);
    },
  );
});

describe("an editor whose text is not known", () => {
  it("keeps its base under unsaved changes, whoever reads", async () => {
    const { documents, path, editor } = await held("0");
    editor.text = { isUnsaved: true };
    await foreign(documents, path, "1");
    expect(await documents.hasChanged(path)).toBe(true);
    expect(await outcome(documents, path, "mine")).toBe("changed-on-disk");
  });

  it("keeps it after a reload of the window", async () => {
    const { context, path, prompts } = await held("0");
    const reloaded = new Documents(
      context,
      () => undefined,
      () => ({ isUnsaved: true }),
      () => true,
    );
    await foreign(reloaded, path, "1");
    prompts.choices = ["cancel"];
    expect(await outcome(reloaded, path, "mine")).toBe("changed-on-disk");
  });

  it("takes over a version that is read while it has no unsaved changes", async () => {
    const { documents, path, editor } = await held("0");
    editor.text = { isUnsaved: false };
    await foreign(documents, path, "1");
    expect(await outcome(documents, path, "mine")).toBe("written");
  });

  it("has to read again when its changes are gone, and only if it may show an old version", async () => {
    const { documents, path, editor } = await held("0");
    editor.text = { isUnsaved: true };
    await documents.read(path, "never");
    expect(await documents.settled(path)).toBe(false);
    await foreign(documents, path, "1");
    expect(await documents.settled(path)).toBe(false);
    editor.text = { isUnsaved: false };
    expect(await documents.settled(path)).toBe(true);
    await documents.read(path, "never");
    expect(await documents.settled(path)).toBe(false);
    expect(await outcome(documents, path, "mine")).toBe("written");
  });

  it("is told of every change, since it may not have seen the last one", async () => {
    const { documents, path, editor } = await held("0");
    editor.text = { isUnsaved: false };
    expect(await documents.hasChanged(path)).toBe(true);
  });
});

describe("the text of a version", () => {
  const ff = Uint8Array.of(0x61, 0xff, 0xc3, 0x28, 0x62);
  it.each<[string, string | Uint8Array, string]>([
    ["with a lone \\r", "a\rb\rc", "a\nb\nc"],
    ["with mixed line ends", "a\rb\r\nc\n\r\rd", "a\nb\nc\n\n\nd"],
    ["that the editor shows with \\r\\n", "a\rb\nc", "a\r\nb\r\nc"],
    ["with bytes that are no UTF-8", ff, "a\ufffd\ufffd(b"],
    ["with a cut character", Uint8Array.of(0x61, 0xf0, 0x9f, 0x92), "a\ufffd"],
    ["with a surrogate in UTF-8", Uint8Array.of(0xed, 0xa0, 0x80), "\ufffd\ufffd\ufffd"],
    ["with two byte order marks", "\ufeff\ufeffa", "a"],
  ])("%s is the editor's, also after a reload of the window", async (_, version, shown) => {
    const at = await desk();
    const path = await at.put("a.age", await ageFile(version));
    const documents = new Documents(
      at.context,
      () => undefined,
      () => shown,
    );
    await documents.read(path, "ask");
    expect(await documents.hasChanged(path)).toBe(false);
    expect(await outcome(documents, path, "mine")).toBe("written");
  });
});
