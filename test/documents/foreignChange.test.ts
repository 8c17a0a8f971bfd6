import { readFile, rename, stat, unlink, utimes, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { ageFile, desk } from "./kit";
import { silentDocuments } from "./silentDocuments";

async function opened() {
  const at = await desk();
  return {
    ...at,
    documents: silentDocuments(at.context),
  };
}

describe("a change by another program", () => {
  it("is told by time, size and the time that cannot be set", async () => {
    const { documents, encrypted } = await opened();
    const path = await encrypted("a.age", "text");
    expect(await documents.hasChanged(path)).toBe(true);
    await documents.read(path, "ask");
    expect(await documents.hasChanged(path)).toBe(false);
    const { atimeMs, mtimeMs } = await stat(path);
    await writeFile(path, await ageFile("same"));
    await utimes(path, atimeMs / 1000, mtimeMs / 1000);
    expect(await documents.hasChanged(path)).toBe(true);
    await unlink(path);
    expect(await documents.hasChanged(path)).toBe(true);
  });

  it("is none where other times are all, as after a rename or a deletion and its undo", async () => {
    const { documents, encrypted } = await opened();
    const path = await encrypted("a.age", "text");
    await documents.read(path, "ask");
    const before = await readFile(path);
    await rename(path, `${path}.moved`);
    await rename(`${path}.moved`, path);
    expect(await documents.hasChanged(path)).toBe(false);
    await unlink(path);
    await writeFile(path, before);
    await utimes(path, 1, 1);
    expect(await documents.hasChanged(path)).toBe(false);
  });
});
