import { closeSync, openSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ageError, bytes } from "../../age/kit";
import { mountedMemory } from "../../testFolder";
import { testFile } from "../native/kit";
import { alice, encryptBytes, findsProgram, expectNothingLeft, names, strategyWith } from "./kit";

expectNothingLeft();

const isInstalled = await findsProgram();

/** A number of bytes that the small disk can't hold. */
const tooMuch = 3 << 20;

/** Opens a file for reading and writing until the test ends. */
function opened(path: string): number {
  const descriptor = openSync(path, "r+");
  onTestFinished(() => {
    closeSync(descriptor);
  });
  return descriptor;
}

describe.skipIf(!isInstalled)("a full disk", () => {
  it.for(names)("fails %s where the output has no room", async (name, context) => {
    const target = join(mountedMemory(context, "size=1m"), "file");
    writeFileSync(target, "");
    const work = strategyWith(name, "").encrypt({
      ...{ input: testFile(new Uint8Array(tooMuch)).input(), format: "binary" },
      ...{ output: { kind: "file", descriptor: opened(target) }, recipients: [alice.recipient] },
    });
    await expect(work).rejects.toEqual(ageError("disk-full"));
  });

  it("fails tempfile where the memory has no room for a document", async (context) => {
    const folder = mountedMemory(context, "size=1m");
    const strategy = strategyWith("tempfile", "", { memoryParents: [folder] });
    const work = encryptBytes(strategy, new Uint8Array(tooMuch));
    await expect(work).rejects.toEqual(ageError("disk-full"));
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(names)("fails %s where keys have no memory", async (name) => {
    const strategy = strategyWith(name, "", { memoryParents: ["/proc"] });
    const work = encryptBytes(strategy, bytes("hello"));
    await expect(work).rejects.toEqual(ageError("strategy-unable"));
  });

  it.each(names)("fails %s where the output can't be emptied", async (name) => {
    const work = strategyWith(name, "").encrypt({
      ...{ input: { kind: "memory", bytes: bytes("hello") }, format: "binary" },
      output: { kind: "file", descriptor: opened("/dev/full") },
      recipients: [alice.recipient],
    });
    await expect(work).rejects.toEqual(ageError("write-failed"));
  });
});
