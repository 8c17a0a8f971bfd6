import { mkdir, rename, rm } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { AgeError } from "../../src/age/errors";
import { decryptFile } from "../../src/documents/files/decryptFile";
import type { Disk } from "../../src/documents/disk/disk";
import { encryptFile } from "../../src/documents/files/encryptFile";
import { localDisk } from "../../src/documents/disk/localDisk";
import { discard, findUnfinished } from "../../src/documents/files/unfinished";
import { plaintextOf } from "../age/kit";
import * as kit from "./kit";
import { desk, type Desk } from "./kit";
import { begun, dying, forAlice, inProcess, partialIn, silent } from "./operations";

/** Makes a desk with an encryption of "a" whose process, number 2, has died. */
async function left(): Promise<Desk & { readonly partial: string }> {
  const at = await desk();
  const source = await at.put("a", plaintextOf(200_000));
  await begun(at, 2, 65_536, { encrypt: forAlice(source) });
  return { ...at, partial: await partialIn(at.folder) };
}

describe("a disk that is away", () => {
  it("as a decryption fails keeps the record of its plaintext", async () => {
    const at = await desk();
    await at.put("a", plaintextOf(200_000));
    await encryptFile(forAlice(at.path("a")), at.context, silent);
    await rm(at.path("a"));
    const { strategy } = dying(0);
    const failing: typeof strategy = {
      ...strategy,
      decrypt: async () => {
        await rename(at.folder, `${at.folder}-away`);
        await mkdir(at.folder);
        throw new AgeError("write-failed", "for a test");
      },
    };
    const context = inProcess(at, 2, { strategy: failing });
    const decryption = {
      source: at.path("a.age"),
      target: at.path("a"),
      existing: "keep",
    } as const;
    await expect(decryptFile(decryption, context, silent)).rejects.toMatchObject({
      code: "write-failed",
    });
    await rm(at.folder, { recursive: true });
    await rename(`${at.folder}-away`, at.folder);
    expect(await findUnfinished(inProcess(at, 3))).toHaveLength(1);
  });

  it("keeps its record when the same target is written on what is there instead", async () => {
    const at = await desk();
    await begun(at, 2, 65_536, { encrypt: forAlice(await at.put("a", plaintextOf(200_000))) });
    await rename(at.folder, `${at.folder}-away`);
    await mkdir(at.folder);
    const context = inProcess(at, 3);
    await encryptFile(forAlice(await at.put("a", "other")), context, silent);
    await rm(at.folder, { recursive: true });
    await rename(`${at.folder}-away`, at.folder);
    expect(await findUnfinished(context)).toHaveLength(1);
  });

  it("keeps a record while its disk is not mounted on its folder", async () => {
    const at = await left();
    await rename(at.folder, `${at.folder}-away`);
    await mkdir(at.folder);
    expect(await findUnfinished(inProcess(at, 3))).toEqual([]);
    await rm(at.folder, { recursive: true });
    await rename(`${at.folder}-away`, at.folder);
    expect(await findUnfinished(inProcess(at, 3))).toHaveLength(1);
  });

  it("keeps a record whose disk comes back between two looks", async () => {
    const at = await left();
    let looks = 0;
    const disk: Disk = {
      ...localDisk,
      facts: async (path) => {
        if (path === at.partial && looks++ < 2) return null;
        return localDisk.facts(path);
      },
    };
    expect(await findUnfinished({ ...inProcess(at, 3), disk })).toEqual([]);
    expect(await findUnfinished(inProcess(at, 3))).toHaveLength(1);
  });

  it("refuses to discard, and the record stays", async () => {
    const at = await left();
    const context = inProcess(at, 3);
    const [{ record } = expect.fail()] = await findUnfinished(context);
    for (const isMountPointThere of [false, true]) {
      await rename(at.folder, `${at.folder}-away`);
      if (isMountPointThere) await mkdir(at.folder);
      await expect(discard(record, context)).rejects.toEqual(
        kit.ageError("write-failed", { path: record.partial }),
      );
      await rm(at.folder, { recursive: true, force: true });
      await rename(`${at.folder}-away`, at.folder);
    }
    expect(await findUnfinished(context)).toHaveLength(1);
    await discard(record, context);
    await kit.expectNames(at.folder, "a");
  });
});
