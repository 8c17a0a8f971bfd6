import { describe, expect, it } from "vitest";
import type { Disk, FreeSpace } from "../../../src/documents/disk/disk";
import { localDisk } from "../../../src/documents/disk/localDisk";
import { encryptFile } from "../../../src/documents/files/encryptFile";
import { encryptedSizeAtMost, findLack, requireSpace } from "../../../src/documents/disk/freeSpace";
import { decryptFile } from "../../../src/documents/files/decryptFile";
import { plaintextOf } from "../../age/kit";
import * as kit from "../kit";
import { ageError, ageFile, alice, bob, desk } from "../kit";
import { begun, forAlice, inProcess, partialIn, silent } from "../operations";

/** Returns a disk with this much free space. */
function withSpace(space: FreeSpace | null): Disk {
  return { ...localDisk, freeSpace: () => Promise.resolve(space) };
}

describe("the room for an encrypted file", () => {
  it.each([0, 1, 65_535, 65_536, 65_537, 1_000_000])(
    "of %d bytes is enough, and hardly more",
    async (size) => {
      for (const format of ["binary", "armored"] as const) {
        for (const people of [[alice], [alice, bob]]) {
          const { length } = await ageFile(plaintextOf(size), ...people, format);
          const bound = encryptedSizeAtMost(size, people.length, format);
          expect(bound).toBeGreaterThanOrEqual(length);
          expect(bound - length).toBeLessThan(1000);
        }
      }
    },
  );
});

describe("free space", () => {
  it("is enough, to the byte", async () => {
    const disk = withSpace({ bytes: 1000, device: "1" });
    await requireSpace("/d/a", 1000, disk);
    await expect(requireSpace("/d/a", 1001, disk)).rejects.toEqual(
      ageError("disk-full", { path: "/d/a", missingBytes: 1 }),
    );
  });

  it("that nobody knows is enough", async () => {
    await requireSpace("/d/a", Number.MAX_SAFE_INTEGER, withSpace(null));
  });

  it("of one file system is for all folders on it", async () => {
    const files = ["/d/a", "/d/b", "/e/c"].map((target) => ({ target, bytes: 400 }));
    const disk = withSpace({ bytes: 1000, device: "1" });
    expect(await findLack(files, disk)).toEqual([{ folder: "/d", missingBytes: 200 }]);
  });

  it("is asked for before anything is written or remembered", async () => {
    const at = await desk({ disk: withSpace({ bytes: 1000, device: "1" }) });
    const source = await at.put("a", plaintextOf(5000));
    const cipher = await at.put("c.age", await ageFile(plaintextOf(5000)));
    await expect(encryptFile(forAlice(source), at.context, silent)).rejects.toMatchObject({
      code: "disk-full",
      facts: { path: `${source}.age` },
    });
    const decryption = { source: cipher, target: at.path("c"), existing: "keep" } as const;
    await expect(decryptFile(decryption, at.context, silent)).rejects.toEqual(
      ageError("disk-full", { path: at.path("c"), missingBytes: 4000 }),
    );
    await kit.expectNames(at.folder, "a", "c.age");
    await kit.expectNames(at.context.unfinished.folder);
  });

  it("counts what an earlier run has written already, and leaves it", async () => {
    const at = await desk();
    const cipher = await at.put("c.age", await ageFile(plaintextOf(10 * 65_536)));
    const decryption = { source: cipher, target: at.path("c"), existing: "keep" } as const;
    await begun(at, 2, 6 * 65_536, { decrypt: decryption });
    const context = inProcess(at, 3);
    const tight = { ...context, disk: withSpace({ bytes: 4 * 65_536 - 1, device: "1" }) };
    await expect(decryptFile(decryption, tight, silent)).rejects.toEqual(
      ageError("disk-full", { path: at.path("c"), missingBytes: 1, isResumable: true }),
    );
    await partialIn(at.folder);
    const enough = { ...context, disk: withSpace({ bytes: 4 * 65_536, device: "1" }) };
    const { report } = await decryptFile(decryption, enough, silent);
    expect(report.resumedBytes).toBe(6 * 65_536);
  });
});
