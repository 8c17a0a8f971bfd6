import { execFileSync } from "node:child_process";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { X25519Identity } from "../../../src/age/x25519";
import type { Disk } from "../../../src/documents/disk/disk";
import { localDisk } from "../../../src/documents/disk/localDisk";
import { storeIdentity } from "../../../src/documents/files/storeIdentity";
import { parseIdentityFile } from "../../../src/keys/identityFile";
import { identityFileText } from "../../../src/keys/identityFileText";
import {
  ageFile,
  ageError,
  bytes,
  expectNames,
  passphrase,
  temporaryFolder,
  ScriptedPrompts,
} from "../kit";
import { observedDisk, type Effect } from "../observedDisk";

const random = (length: number) => new Uint8Array(length).fill(7);
const fresh = () => identityFileText(X25519Identity.generate(), new Date(0));
const store = (
  path: string,
  content: Uint8Array,
  existing: "append" | "keep",
  disk: Disk = localDisk,
) => storeIdentity(path, content, existing, disk, random, new ScriptedPrompts());

async function countOf(path: string): Promise<number> {
  const parsed = await parseIdentityFile(await readFile(path), path);
  return parsed.kind === "plain" ? parsed.identities.length : -1;
}

describe("storing an identity", () => {
  it("makes its folder and a file that only their owner can enter and read", async () => {
    const folder = join(await temporaryFolder(), "config", "age");
    const path = join(folder, "keys.txt");
    await store(path, fresh(), "keep");
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await countOf(path)).toBe(1);
    await expectNames(folder, "keys.txt");
  });

  it("never replaces a file", async () => {
    const path = join(await temporaryFolder(), "keys.txt");
    await writeFile(path, "mine");
    await expect(store(path, fresh(), "keep")).rejects.toEqual(
      ageError("already-exists", { path }),
    );
    expect(await readFile(path, "utf8")).toBe("mine");
  });

  it.each(["with", "without"])("adds to a file %s a newline at its end", async (newline) => {
    const path = join(await temporaryFolder(), "keys.txt");
    const before = fresh();
    await writeFile(path, newline === "with" ? before : before.subarray(0, -1), { mode: 0o640 });
    const added = fresh();
    await store(path, added, "append");
    expect(await readFile(path)).toEqual(Buffer.concat([before, added]));
    expect(await countOf(path)).toBe(2);
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    await store(join(path, "..", "new.txt"), fresh(), "append");
    expect(await countOf(join(path, "..", "new.txt"))).toBe(1);
  });

  it("adds to an empty file, whatever is added", async () => {
    const path = join(await temporaryFolder(), "keys.txt");
    await writeFile(path, "");
    await store(path, await ageFile(fresh(), passphrase("x")), "append");
    expect(await countOf(path)).toBe(-1);
  });

  it.each([
    ["plain to encrypted", () => ageFile(fresh(), passphrase("x")), () => Promise.resolve(fresh())],
    ["encrypted to plain", () => Promise.resolve(fresh()), () => ageFile(fresh(), passphrase("x"))],
  ])("adds no identity %s", async (_what, before, added) => {
    const folder = await temporaryFolder();
    const path = join(folder, "keys.txt");
    const old = await before();
    await writeFile(path, old);
    await expect(store(path, await added(), "append")).rejects.toEqual(
      ageError("already-exists", { path }),
    );
    expect((await readFile(path)).equals(old)).toBe(true);
    await expectNames(folder, "keys.txt");
  });

  it("adds nothing to a file that is no identity file", async () => {
    const path = join(await temporaryFolder(), "notes.txt");
    await writeFile(path, "dear diary");
    await expect(store(path, fresh(), "append")).rejects.toEqual(
      ageError("invalid-identity", { path, line: 1 }),
    );
    expect(await readFile(path, "utf8")).toBe("dear diary");
  });

  it("refuses a folder and a named pipe without reading them", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "sub"));
    execFileSync("mkfifo", [join(folder, "pipe")]);
    for (const name of ["sub", "pipe"]) {
      const path = join(folder, name);
      await expect(store(path, fresh(), "append")).rejects.toEqual(
        ageError("already-exists", { path }),
      );
    }
  });

  it.each(["flush", "claim"] as const)("notices a change at the step %s", async (step) => {
    const folder = await temporaryFolder();
    const path = join(folder, "keys.txt");
    await writeFile(path, fresh());
    const after = async ({ name, path: at }: Effect) => {
      if (name !== step) return;
      // Either the candidate is not what was written, though as long, or another program writes.
      const content = await readFile(at);
      if (step === "flush") await writeFile(at, content.fill(0x23));
      else await writeFile(path, bytes("longer than it was, by another program"));
    };
    // The file is read anew after such a write, and nothing can be added to it.
    const code = step === "flush" ? "unverified-candidate" : "invalid-identity";
    await expect(
      store(path, fresh(), "append", observedDisk(localDisk, { after })),
    ).rejects.toMatchObject({ code });
    await expectNames(folder, "keys.txt");
  });
});
