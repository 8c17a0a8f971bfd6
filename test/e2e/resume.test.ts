import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { decryptToFile, generateKey } from "./ageProgram";
import { scenario } from "./scenario";

const mebibyte = 1024 * 1024;

scenario(
  "an encryption whose process is killed is offered again, and Resume finishes it",
  async ({ folder, keys, openWorkbench }) => {
    const key = await generateKey(keys, "keys.txt");
    const source = join(folder, "backup.tar");
    await writeSparse(source, 1024 * mebibyte);
    const workbench = await openWorkbench({ settings: { "cage.identities": [key.path] } });
    const records = join(workbench.dataFolder, "data/User/globalStorage/padlokk.cage/unfinished");

    await workbench.explorerMenu("backup.tar", "Encrypt File…");
    await (await workbench.quickInput("Recipients of backup.tar.age")).choose("Only you");
    await (await workbench.quickInput("Format of backup.tar.age")).choose("Binary");
    await (await workbench.quickInput("What becomes of the original?")).choose("Keep");
    const partial = await becomes(() => partialIn(folder, 64 * mebibyte));
    const { pid } = await onlyRecord(records);
    process.kill(pid, "SIGKILL");

    await workbench.notification("Encrypting backup.tar was interrupted");
    expect(await readdir(folder)).not.toContain("backup.tar.age");
    expect((await stat(partial)).mode & 0o777).toBe(0o600);
    await workbench.clickNotification("Encrypting backup.tar was interrupted", "Resume");
    expect(await workbench.dialogText()).toContain(join(folder, "backup.tar.age"));
    await workbench.clickDialog("Go On");
    await workbench.notification("was already there from an interrupted run");
    expect((await readdir(folder)).sort()).toEqual(["backup.tar", "backup.tar.age"]);
    expect(await readdir(records)).toEqual([]);
    const decrypted = join(keys, "decrypted");
    await decryptToFile(join(folder, "backup.tar.age"), key.path, decrypted);
    expect(await hashOf(decrypted)).toBe(await hashOf(source));
  },
);

/** Writes a file that takes little room, with random bytes at both ends. */
async function writeSparse(path: string, size: number): Promise<void> {
  const file = await open(path, "w");
  await file.write(randomBytes(mebibyte), 0, mebibyte, 0);
  await file.write(randomBytes(mebibyte), 0, mebibyte, size - mebibyte);
  await file.close();
}

/** Finds the partial file in a folder, once it has so many bytes; otherwise null. */
async function partialIn(folder: string, bytes: number): Promise<string | null> {
  const name = (await readdir(folder)).find((one) => one.endsWith(".cage-partial"));
  if (name === undefined) return null;
  const path = join(folder, name);
  return (await stat(path)).size >= bytes ? path : null;
}

async function onlyRecord(folder: string): Promise<{ readonly pid: number }> {
  const [name = ""] = await readdir(folder);
  return JSON.parse(await readFile(join(folder, name), "utf8")) as { pid: number };
}

/** Polls the disk without a pause until a look finds something. @returns what it found. */
async function becomes<T>(look: () => Promise<T | null>): Promise<T> {
  const end = Date.now() + 60_000;
  while (Date.now() < end) {
    const found = await look();
    if (found !== null) return found;
  }
  throw new Error("it did not happen within a minute");
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array);
  return hash.digest("hex");
}
