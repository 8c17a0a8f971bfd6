import { link, readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { localDisk } from "../../../src/documents/disk/localDisk";
import { putBackVersion } from "../../../src/documents/versions/putBackVersion";
import { bytes, desk, expectNames } from "../kit";

describe("a version that is put back", () => {
  it("takes the place of what was found, under all names of the file", async () => {
    const at = await desk();
    const path = await at.put("a.age", "garbage");
    await link(path, at.path("other.age"));
    await putBackVersion(path, bytes("good"), bytes("garbage"), localDisk, at.prompts);
    for (const name of ["a.age", "other.age"]) {
      expect(await readFile(at.path(name), "utf8")).toBe("good");
    }
    await expectNames(at.folder, "a.age", "other.age");
  });

  it("never takes the place of anything else", async () => {
    const at = await desk();
    const path = await at.put("a.age", "another program's");
    await expect(
      putBackVersion(path, bytes("good"), bytes("garbage"), localDisk, at.prompts),
    ).rejects.toMatchObject({ code: "changed-on-disk" });
    expect(await readFile(path, "utf8")).toBe("another program's");
    await expectNames(at.folder, "a.age");
  });
});
