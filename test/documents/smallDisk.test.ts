import { execFileSync } from "node:child_process";
import { expect, it, onTestFinished, type TestContext } from "vitest";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { localDisk } from "../../src/documents/disk";
import { Documents } from "../../src/documents/documents";
import { decryptFile, encryptFile } from "../../src/documents/fileOperations";
import * as kit from "./kit";
import { ageFile, alice, bytes, decrypted, desk } from "./kit";

/** Mounts a disk of 256 KiB, or skips the test, loudly, where that is not permitted. */
async function smallDisk(context: TestContext): Promise<string> {
  const folder = join(await kit.temporaryFolder(), "disk");
  await mkdir(folder);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], { stdio: "ignore" });
  } catch {
    const reason = "it needs a real small disk, and mounting one needs root on Linux";
    console.warn(`SKIPPED: "${context.task.name}": ${reason}`);
    context.skip(reason);
  }
  onTestFinished(() => {
    execFileSync("umount", [folder]);
  });
  return folder;
}

it("a save on a disk that is really full leaves the old file and says so", async (context) => {
  const folder = await smallDisk(context);
  const at = await desk();
  const file = join(folder, "a.age");
  await writeFile(file, await ageFile("old"));
  const documents = new Documents(
    at.context,
    () => undefined,
    () => null,
  );
  await documents.read(file, "ask");
  await expect(
    documents.write(file, bytes("x".repeat(300_000)), "when changed"),
  ).rejects.toMatchObject({ code: "disk-full" });
  expect(await decrypted(file, alice)).toBe("old");
  await kit.expectNames(folder, "a.age");
  expect((await documents.write(file, bytes("short"), "when changed")).kind).toBe("written");
});

it("files made on a disk that is really full are not left behind", async (context) => {
  const folder = await smallDisk(context);
  const at = await desk();
  const source = await at.put("a", "x".repeat(300_000));
  const cipher = await at.encrypted("c.age", "x".repeat(300_000));
  const target = join(folder, "target");
  const encryption = {
    ...{ source, target, recipients: [alice.recipient], named: null, identities: [] },
    ...({ existing: "keep", format: "binary" } as const),
  };
  const failure = { code: "disk-full" };
  const silent = () => undefined;
  await expect(encryptFile(encryption, at.context, silent)).rejects.toMatchObject(failure);
  await expect(
    decryptFile({ source: cipher, target, existing: "keep" }, at.context, silent),
  ).rejects.toMatchObject(failure);
  await kit.expectNames(folder);
});

it("a save on a disk that is really read-only leaves the old file and says so", async (context) => {
  const folder = await smallDisk(context);
  const at = await desk();
  const file = join(folder, "a.age");
  await writeFile(file, await ageFile("old"));
  const documents = new Documents(
    at.context,
    () => undefined,
    () => null,
  );
  await documents.read(file, "ask");
  execFileSync("mount", ["-o", "remount,ro", folder]);
  await expect(documents.write(file, bytes("new"), "when changed")).rejects.toMatchObject({
    code: "no-permission",
  });
  expect(await decrypted(file, alice)).toBe("old");
  expect((await localDisk.facts(file))?.writable).toBe(false);
});
