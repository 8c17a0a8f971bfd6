import { execFileSync } from "node:child_process";
import { expect, it, type TestContext } from "vitest";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { localDisk } from "../../src/documents/disk/localDisk";
import { decryptFile } from "../../src/documents/files/decryptFile";
import { encryptFile } from "../../src/documents/files/encryptFile";
import * as kit from "./kit";
import { ageFile, alice, bytes, decrypted, desk } from "./kit";
import { mountedMemory } from "../testFolder";
import { forAlice, silent } from "./operations";
import { silentDocuments } from "./silentDocuments";

/** Mounts a disk of 256 KiB. */
const smallDisk = (context: TestContext): string => mountedMemory(context, "size=256k");

/** Opens a document on a small disk. */
async function opened(context: TestContext) {
  const folder = smallDisk(context);
  const at = await desk();
  const file = join(folder, "a.age");
  await writeFile(file, await ageFile("old"));
  const documents = silentDocuments(at.context);
  await documents.read(file, "ask");
  return { folder, file, documents };
}

it("a save on a disk that is really full leaves the old file and says so", async (context) => {
  const { folder, file, documents } = await opened(context);
  await expect(
    documents.write(file, bytes("x".repeat(300_000)), "when changed"),
  ).rejects.toMatchObject({ code: "disk-full" });
  expect(await decrypted(file, alice)).toBe("old");
  await kit.expectNames(folder, "a.age");
  expect((await documents.write(file, bytes("short"), "when changed")).kind).toBe("written");
});

it("files made on a disk that is really full are not left behind", async (context) => {
  const folder = smallDisk(context);
  const at = await desk();
  const source = await at.put("a", "x".repeat(300_000));
  const cipher = await at.encrypted("c.age", "x".repeat(300_000));
  const target = join(folder, "target");
  const encryption = forAlice(source, { target });
  const failure = { code: "disk-full", facts: { path: target } };
  await expect(encryptFile(encryption, at.context, silent)).rejects.toMatchObject(failure);
  await expect(
    decryptFile({ source: cipher, target, existing: "keep" }, at.context, silent),
  ).rejects.toMatchObject(failure);
  await kit.expectNames(folder);
});

it("a save on a disk that is really read-only leaves the old file and says so", async (context) => {
  const { folder, file, documents } = await opened(context);
  execFileSync("mount", ["-o", "remount,ro", folder]);
  await expect(documents.write(file, bytes("new"), "when changed")).rejects.toMatchObject({
    code: "no-permission",
  });
  expect(await decrypted(file, alice)).toBe("old");
  expect((await localDisk.facts(file))?.writable).toBe(false);
});

it("work on a disk that becomes full is kept, and goes on when there is room", async (context) => {
  const folder = smallDisk(context);
  // Some file systems do not tell how much is free.
  const disk = { ...localDisk, freeSpace: () => Promise.resolve(null) };
  const at = await desk({ disk });
  const source = await at.put("a", "x".repeat(200_000));
  const cipher = await at.encrypted("c.age", "x".repeat(200_000));
  const decryption = { source: cipher, target: join(folder, "plain"), existing: "keep" } as const;
  for (const run of [
    () => encryptFile(forAlice(source, { target: join(folder, "cipher") }), at.context, silent),
    () => decryptFile(decryption, at.context, silent),
  ]) {
    const ballast = join(folder, "ballast");
    await writeFile(ballast, "x".repeat(100_000));
    await expect(run()).rejects.toMatchObject({ code: "disk-full", facts: { isResumable: true } });
    await rm(ballast);
    const { report, startedAnew } = await run();
    expect(startedAnew).toBeNull();
    expect(report.resumedBytes).toBeGreaterThan(0);
    expect(report.resumedBytes).toBeLessThan(200_000);
    for (const name of await readdir(folder)) await rm(join(folder, name));
  }
});

it("a target on a disk that is really read-only is refused, and nothing is remembered", async (context) => {
  const folder = smallDisk(context);
  const at = await desk();
  const source = await at.put("a", "text");
  const cipher = await at.encrypted("c.age", "text");
  execFileSync("mount", ["-o", "remount,ro", folder]);
  const target = join(folder, "target");
  const failure = { code: "no-permission" };
  await expect(encryptFile(forAlice(source, { target }), at.context, silent)).rejects.toMatchObject(
    failure,
  );
  await expect(
    decryptFile({ source: cipher, target, existing: "keep" }, at.context, silent),
  ).rejects.toMatchObject(failure);
  await kit.expectNames(at.context.unfinished.folder);
});
