import { readFile, rm, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { localDisk } from "../../src/documents/disk";
import {
  createEncryptedFile,
  decryptFile,
  encryptFile,
  type Encryption,
} from "../../src/documents/fileOperations";
import { plaintextOf } from "../age/kit";
import { ageError, alice, decrypted, desk, nameOf } from "./kit";
import { observedDisk, type Effect } from "./observedDisk";

const silent = (): void => undefined;

function forAlice(source: string, facts: Partial<Encryption> = {}): Encryption {
  return {
    source,
    target: `${source}.age`,
    existing: "keep",
    recipients: [alice.recipient],
    named: [{ text: nameOf(alice) }],
    format: "binary",
    identities: [alice],
    ...facts,
  };
}

describe("a target that may be replaced", () => {
  it.each(["appears", "changes"])("is not, if it %s meanwhile", async (what) => {
    const at = await desk();
    const source = await at.put("a", "text");
    const cipher = await at.encrypted("c.age", "text");
    const replace = { target: at.path("target"), existing: "replace" } as const;
    const theirs = async ({ name }: Effect) => {
      if (name === "flush") await writeFile(replace.target, "theirs");
    };
    const context = { ...at.context, disk: observedDisk(localDisk, { after: theirs }) };
    for (const run of [
      () => encryptFile(forAlice(source, replace), context, silent),
      () => createEncryptedFile({ ...forAlice(source), ...replace }, context),
      () => decryptFile({ source: cipher, ...replace }, context, silent),
    ]) {
      if (what === "changes") await writeFile(replace.target, "mine");
      else await rm(replace.target, { force: true });
      await expect(run()).rejects.toEqual(ageError("changed-on-disk", { path: replace.target }));
      expect(await readFile(replace.target, "utf8")).toBe("theirs");
    }
  });
});

describe("plaintext on its way", () => {
  it("is zeroed once it is used, in both directions", async () => {
    const at = await desk();
    const pieces: Uint8Array[] = [];
    const disk: typeof localDisk = {
      ...localDisk,
      async *stream(path, signal) {
        for await (const piece of localDisk.stream(path, signal)) {
          if (path === at.path("a")) pieces.push(piece);
          yield piece;
        }
      },
      create: async (path) => {
        const file = await localDisk.create(path);
        const write = async (piece: Uint8Array) => {
          if (path.includes("back")) pieces.push(piece);
          await file.write(piece);
        };
        return { ...file, write };
      },
    };
    const context = { ...at.context, disk };
    const source = await at.put("a", plaintextOf(200_000));
    await encryptFile(forAlice(source), context, silent);
    const back = { source: `${source}.age`, target: at.path("back"), existing: "keep" } as const;
    await decryptFile(back, context, silent);
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.every((piece) => piece.every((byte) => byte === 0))).toBe(true);
    expect((await readFile(back.target)).equals(plaintextOf(200_000))).toBe(true);
  });
});

it("a memory that fails is no failure of the file that was written", async () => {
  const at = await desk();
  const source = await at.put("a", "text");
  const memory = { get: () => undefined, set: () => Promise.reject(new Error("full")) };
  await encryptFile(forAlice(source), { ...at.context, memory }, silent);
  expect(await decrypted(`${source}.age`, alice)).toBe("text");
});
