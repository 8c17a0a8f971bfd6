import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { Documents } from "../../src/documents/documents";
import * as kit from "./kit";
import { ageFile, bytes, desk } from "./kit";

async function opened(unsaved: () => boolean) {
  const at = await desk();
  return { ...at, documents: new Documents(at.context, () => undefined, unsaved) };
}

describe("unsaved text", () => {
  it("keeps its base, whoever reads the file meanwhile", async () => {
    let isDirty = false;
    const { documents, encrypted, prompts } = await opened(() => isDirty);
    const path = await encrypted("a.age", "0");
    await documents.read(path, "ask");
    isDirty = true;
    await writeFile(path, await ageFile("other"));
    expect(kit.text(await documents.read(path, "ask"))).toBe("other");
    prompts.choices = ["cancel"];
    await expect(documents.write(path, bytes("1"), "when changed")).rejects.toMatchObject({
      code: "changed-on-disk",
    });
    isDirty = false;
    await documents.read(path, "ask");
    expect((await documents.write(path, bytes("1"), "when changed")).kind).toBe("written");
  });

  it.each([
    ["that was given up makes what was read over it the base", "other", "written"],
    ["that was undone leaves the base as it was", "0", "changed-on-disk"],
  ])("%s", async (_, shown, outcome) => {
    let isDirty = false;
    const { documents, encrypted, prompts } = await opened(() => isDirty);
    const path = await encrypted("a.age", "0");
    await documents.read(path, "ask");
    isDirty = true;
    await writeFile(path, await ageFile("\ufeffother"));
    await documents.read(path, "never");
    isDirty = false;
    await documents.settled(path, shown);
    prompts.choices = ["cancel"];
    const kind = await documents.write(path, bytes("1"), "when changed").then(
      (saved) => saved.kind,
      (error: unknown) => (error as { code: string }).code,
    );
    expect(kind).toBe(outcome);
  });

  it("of before a window reload keeps its base, too", async () => {
    const at = await opened(() => false);
    const path = await at.encrypted("a.age", "0");
    await at.documents.read(path, "ask");
    const restarted = new Documents(
      at.context,
      () => undefined,
      () => true,
    );
    await writeFile(path, await ageFile("other"));
    await restarted.read(path, "never");
    at.prompts.choices = ["cancel"];
    await expect(restarted.write(path, bytes("1"), "when changed")).rejects.toMatchObject({
      code: "changed-on-disk",
    });
  });
});
