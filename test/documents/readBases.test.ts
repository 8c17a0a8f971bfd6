import { describe, expect, it } from "vitest";
import { Documents } from "../../src/documents/documents";
import { desk, text } from "./kit";
import { silentDocuments } from "./silentDocuments";

describe("reads, which note what an editor's text is made from,", () => {
  it("end before VS Code has stored what the text was made from", async () => {
    const at = await desk();
    const bases = { get: () => undefined, set: () => new Promise<void>(() => undefined) };
    const documents = silentDocuments({ ...at.context, bases });
    const path = await at.encrypted("a.age", "text");
    expect(text(await documents.read(path, "ask"))).toBe("text");
  });

  it("fail where nobody can tell what an editor holds", async () => {
    const at = await desk();
    const broken = new Error("no editor");
    const documents = new Documents(
      at.context,
      () => undefined,
      () => {
        throw broken;
      },
    );
    await expect(documents.read(await at.encrypted("a.age", "text"), "ask")).rejects.toBe(broken);
  });
});
