import { access, chmod, symlink } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { FileOutcome } from "../../src/documents/files/fileOutcome";
import { localDisk } from "../../src/documents/disk/localDisk";
import { AgeError } from "../../src/age/errors";
import { Originals } from "../../src/vscode/originals";
import { ageFile, alice, desk, passphrase, text } from "../documents/kit";
import { observedDisk } from "../documents/observedDisk";
import { report } from "./report";

async function outcome(path: string): Promise<FileOutcome> {
  const facts = await localDisk.facts(path);
  if (facts === null) throw new Error(`${path} is not there`);
  return {
    ...{ report: report(), startedAnew: null, readBack: "compared" },
    sourceVersion: facts.version,
  };
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const key = text(alice.encode());

describe("an original", () => {
  it.each([
    ["text", "moved to the trash"],
    [key, "kept, since it holds an identity"],
    ["AGE-PLUGIN-YUBIKEY-1QQQQQQQQ\n", "kept, since it holds an identity"],
    ["-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n", "kept, since it holds an identity"],
    [ageFile(key, passphrase("x")), "kept, since it may hold an identity"],
  ])("with a content that begins with %.12s is %s", async (content, fate) => {
    const at = await desk();
    const path = await at.put("a", await content);
    const originals = new Originals(localDisk);
    await originals.moveToTrash(path, await outcome(path));
    expect(originals.summary()).toBe(`1 original was ${fate}.`);
    expect(await isThere(path)).toBe(fate !== "moved to the trash");
  });

  it("that is known to hold an identity is kept, by whatever way it is reached", async () => {
    const at = await desk();
    const path = await at.put("a", "text");
    await symlink(".", at.path("way"));
    const originals = new Originals(localDisk, new Set([path]));
    await originals.moveToTrash(at.path("way/a"), await outcome(path));
    expect(originals.fateOf(at.path("way/a"))).toBe("kept, since it holds an identity");
    expect(await isThere(path)).toBe(true);
  });

  it("that is one of several is told of with them", async () => {
    const at = await desk();
    const originals = new Originals(localDisk);
    for (const [name, content] of Object.entries({ a: key, b: key, c: "text" })) {
      const path = await at.put(name, content);
      await originals.moveToTrash(path, await outcome(path));
    }
    expect(originals.summary()).toBe(
      "2 originals were kept, since they hold identities. 1 original was moved to the trash.",
    );
  });

  it("that can't be read any more is kept", async () => {
    const at = await desk();
    const path = await at.put("a", "text");
    await chmod(path, 0o600);
    const disk = observedDisk(localDisk, {
      before: ({ name }) => {
        if (name === "openForReading") throw new AgeError("no-permission", "no");
      },
    });
    const originals = new Originals(disk);
    await originals.moveToTrash(path, await outcome(path));
    expect(originals.fateOf(path)).toBe("kept, since it may hold an identity");
    expect(await isThere(path)).toBe(true);
  });
});
