import { writeSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { expect, it } from "vitest";
import { AgeError } from "../../src/age/errors";
import { localDisk } from "../../src/documents/disk/localDisk";
import { decryptFile } from "../../src/documents/files/decryptFile";
import { encryptFile } from "../../src/documents/files/encryptFile";
import type { Strategy } from "../../src/strategies/strategy";
import { ageFile, desk, type Desk } from "./kit";
import { observedDisk, type Effect } from "./observedDisk";
import { forAlice, partialIn, silent } from "./operations";

/** Returns a context whose strategy writes a part of a real output until the disk is full. */
function fullAfter(output: Uint8Array, at: Desk) {
  const fail: Strategy["encrypt"] & Strategy["decrypt"] = ({ output: to }) => {
    if (to.kind === "file") writeSync(to.descriptor, output);
    return Promise.reject(new AgeError("disk-full", "the disk is full"));
  };
  const strategyFor = (path: string): Strategy => {
    return { ...at.context.strategyFor(path), encrypt: fail, decrypt: fail };
  };
  return { ...at.context, strategyFor };
}

it.each([
  ["nothing", 0, false],
  ["half a header", 60, false],
  ["a whole header and more", Infinity, true],
])(
  "an encryption that fails after %s keeps only what can be resumed",
  async (_, length, isResumable) => {
    const at = await desk();
    const source = await at.put("a", "text");
    const output = (await ageFile("text")).slice(0, length);
    const encryption = forAlice(source, { target: at.path("a.age") });
    const work = encryptFile(encryption, fullAfter(output, at), silent);
    const facts = isResumable ? { isResumable: true } : {};
    await expect(work).rejects.toMatchObject({ code: "disk-full", facts });
    const names = await readdir(at.folder);
    expect(names.some((name) => name.endsWith(".cage-partial"))).toBe(isResumable);
    expect(await readdir(at.context.unfinished.folder)).toHaveLength(isResumable ? 1 : 0);
    if (isResumable) await partialIn(at.folder);
  },
);

it("an encryption that can't be read just now is kept, whatever it holds", async () => {
  const at = await desk();
  const source = await at.put("a", "text");
  const before = ({ name, path }: Effect) => {
    if (name === "stream" && path.endsWith(".cage-partial")) throw new AgeError("read-failed", "x");
  };
  const context = {
    ...fullAfter(await ageFile("text"), at),
    disk: observedDisk(localDisk, { before }),
  };
  const work = encryptFile(forAlice(source, { target: at.path("a.age") }), context, silent);
  await expect(work).rejects.toMatchObject({ code: "disk-full", facts: { isResumable: true } });
  await partialIn(at.folder);
});

it.each([
  ["nothing", 0, false],
  ["some plaintext", 2, true],
])(
  "a decryption that fails after %s keeps only what can be resumed",
  async (_, length, isResumable) => {
    const at = await desk();
    const source = await at.encrypted("a.age", "text");
    const context = fullAfter(new Uint8Array(length), at);
    const files = { source, target: at.path("a"), existing: "keep" } as const;
    await expect(decryptFile(files, context, silent)).rejects.toMatchObject({ code: "disk-full" });
    const names = await readdir(at.folder);
    expect(names.some((name) => name.endsWith(".cage-partial"))).toBe(isResumable);
  },
);
