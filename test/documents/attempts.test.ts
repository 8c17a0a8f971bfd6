import { describe, expect, it } from "vitest";
import { AgeError } from "../../src/age/errors";
import { X25519Identity } from "../../src/age/x25519";
import { localDisk } from "../../src/documents/disk/localDisk";
import { Documents } from "../../src/documents/documents";
import { storeIdentity } from "../../src/documents/files/storeIdentity";
import { identityFileText } from "../../src/keys/identityFileText";
import { bytes, desk, ScriptedPrompts } from "./kit";
import { observedDisk } from "./observedDisk";

const identity = () => identityFileText(X25519Identity.generate(), new Date(0));

/** Makes a disk on which another program writes the file just before Cage does, `times` times. */
function disturbed(times: number) {
  let attempts = 0;
  const disk = observedDisk(localDisk, {
    before: ({ name, path }) => {
      if (name !== "claim") return;
      attempts++;
      if (attempts <= times) throw new AgeError("changed-on-disk", "another version", { path });
    },
  });
  return { disk, attempts: () => attempts };
}

function codeOf(error: unknown): string {
  if (error instanceof AgeError) return error.code;
  throw error;
}

describe("a file that keeps changing while it is written", () => {
  it.each([
    [19, "written"],
    [20, "refused"],
  ])("%i times is %s: a save", async (times, end) => {
    const { disk, attempts } = disturbed(times);
    const at = await desk({ disk });
    const file = await at.encrypted("a.age", "old");
    const documents = new Documents(
      at.context,
      () => undefined,
      () => null,
    );
    await documents.read(file, "ask");
    const saved = documents
      .write(file, bytes("mine"), "when changed")
      .then(({ kind }) => kind, codeOf);
    expect(await saved).toBe(end === "written" ? "written" : "changed-on-disk");
    expect(attempts()).toBe(20);
  });

  it.each([
    [49, "written"],
    [50, "refused"],
  ])("%i times is %s: an identity that is added", async (times, end) => {
    const { disk, attempts } = disturbed(times);
    const at = await desk();
    const file = await at.put("keys.txt", identity());
    const random = (length: number) => new Uint8Array(length).fill(7);
    const prompts = new ScriptedPrompts();
    const stored = storeIdentity(file, identity(), "append", disk, random, prompts).then(
      () => "written",
      codeOf,
    );
    expect(await stored).toBe(end === "written" ? "written" : "changed-on-disk");
    expect(attempts()).toBe(50);
  });
});
