import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { Documents } from "../../src/documents/documents";
import { ageFile, bytes, desk } from "./kit";

/** A document that an editor holds, whose text the test sets. */
async function held(content: string) {
  const at = await desk();
  const path = await at.encrypted("a.age", content);
  const editor: { text: string | null } = { text: null };
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
    const otherWindow = new Documents(
      { ...context, bases: { get: () => undefined, set: () => Promise.resolve() } },
      () => undefined,
      () => null,
    );
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
