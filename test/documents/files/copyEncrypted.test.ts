import { chmod, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { copyEncrypted } from "../../../src/documents/files/copyEncrypted";
import { localDisk } from "../../../src/documents/disk/localDisk";
import { ageError, desk, diskFull, expectNames, ScriptedPrompts } from "../kit";
import { observedDisk, type Effect } from "../observedDisk";
import { shown } from "../operations";

async function twoFiles() {
  const at = await desk();
  const source = await at.encrypted("a.age", "ours");
  const target = await at.put("b.age", "theirs");
  return { ...at, source, target, random: at.context.random };
}

describe("a copy", () => {
  it("has the bytes and the mode of the source, and no more than the file that it replaces", async () => {
    const { source, target, path, random } = await twoFiles();
    await chmod(source, 0o640);
    for (const [to, existing, mode] of [
      [path("c.age"), "keep", 0o640],
      // The group's bits may be the mask of an access list, which is not copied here.
      [target, await shown(target), 0o600],
    ] as const) {
      await copyEncrypted(source, to, existing, localDisk, random, new ScriptedPrompts(), null);
      expect((await readFile(to)).equals(await readFile(source))).toBe(true);
      expect((await stat(to)).mode & 0o777).toBe(mode);
    }
  });

  it("keeps a target that it may not replace", async () => {
    const { source, target, random } = await twoFiles();
    await expect(
      copyEncrypted(source, target, "keep", localDisk, random, new ScriptedPrompts(), null),
    ).rejects.toEqual(ageError("already-exists", { path: target }));
    expect(await readFile(target, "utf8")).toBe("theirs");
  });

  it.each(["itself", "a symbolic link to it"])(
    "is not made over the source, as %s",
    async (how) => {
      const { source, path, random } = await twoFiles();
      await symlink("a.age", path("link.age"));
      const target = how === "itself" ? source : path("link.age");
      const before = await readFile(source);
      await expect(
        copyEncrypted(
          source,
          target,
          await shown(target),
          localDisk,
          random,
          new ScriptedPrompts(),
          null,
        ),
      ).rejects.toEqual(ageError("already-exists", { path: target }));
      expect((await readFile(source)).equals(before)).toBe(true);
    },
  );

  it.each(["create", "write", "flush", "rename"])(
    "that a full disk ends at %s leaves the target",
    async (step) => {
      const { source, target, folder, random } = await twoFiles();
      const agreed = await shown(target);
      const before = ({ name, path }: Effect) => {
        if (name === step) throw diskFull(path);
      };
      const disk = observedDisk(localDisk, { before });
      await expect(
        copyEncrypted(source, target, agreed, disk, random, new ScriptedPrompts(), null),
      ).rejects.toMatchObject({
        code: "disk-full",
      });
      expect(await readFile(target, "utf8")).toBe("theirs");
      await expectNames(folder, "a.age", "b.age");
    },
  );

  it("is refused where source or target change meanwhile, or the disk wrote other bytes", async () => {
    const { source, target, random } = await twoFiles();
    for (const [changed, code] of [
      [null, "unverified-candidate"],
      [target, "changed-on-disk"],
      [source, "changed-on-disk"],
    ] as const) {
      const after = async ({ name, path }: Effect) => {
        if (name === "flush") await writeFile(changed ?? path, "changed");
      };
      const disk = observedDisk(localDisk, { after });
      const agreed = await shown(target);
      await expect(
        copyEncrypted(source, target, agreed, disk, random, new ScriptedPrompts(), null),
      ).rejects.toMatchObject({
        code,
      });
      expect(await readFile(target, "utf8")).toBe(changed === target ? "changed" : "theirs");
      await writeFile(target, "theirs");
    }
  });
});
