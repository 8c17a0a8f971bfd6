import { describe, expect, it } from "vitest";
import type { Disk, HeldFile } from "../../src/documents/disk/disk";
import { createEncryptedFile } from "../../src/documents/files/createEncryptedFile";
import { decryptFile } from "../../src/documents/files/decryptFile";
import { storeIdentity } from "../../src/documents/files/storeIdentity";
import { localDisk } from "../../src/documents/disk/localDisk";
import type { FileContext } from "../../src/documents/files/unfinishedStore";
import { identityFileText } from "../../src/keys/identityFileText";
import { alice, bob, desk, expectNames, type Desk } from "./kit";
import { silent } from "./operations";

/** Returns a disk on which everybody can read a new file, as on vfat and many network disks. */
function withoutModes(written: string[]): Disk {
  const exposed = <T extends HeldFile>(file: T, path: string): T => ({
    ...file,
    look: async () => ({ ...(await file.look()), mode: 0o100_644 }),
    write: (bytes: Uint8Array) => {
      // Records of running operations hold nothing secret.
      if (!path.includes("unfinished")) written.push(path);
      return (file as T & { write(bytes: Uint8Array): Promise<void> }).write(bytes);
    },
  });
  return {
    ...localDisk,
    create: async (path) => exposed(await localDisk.create(path), path),
    createPartial: async (path) => {
      const file = await localDisk.createPartial(path);
      return { ...file, facts: { ...file.facts, mode: 0o100_644 } };
    },
  };
}

const secrets: readonly (readonly [string, (context: FileContext, at: Desk) => unknown])[] = [
  [
    "plaintext",
    (context, at) =>
      decryptFile(
        { source: at.path("a.age"), target: at.path("new"), existing: "keep" },
        context,
        silent,
      ),
  ],
  [
    "an identity",
    ({ disk, random, keys }, at) => {
      const text = identityFileText(bob, new Date(0));
      return storeIdentity(at.path("new"), text, "keep", disk, random, keys.prompts);
    },
  ],
];

describe.runIf(process.platform !== "win32")("a disk that keeps no permissions", () => {
  it.each(secrets)("is asked about before anything secret is written: %s", async (_what, run) => {
    const at = await desk();
    await at.encrypted("a.age", "text");
    const written: string[] = [];
    const context = { ...at.context, disk: withoutModes(written) };
    at.prompts.exposures = [false];
    await expect(run(context, at)).rejects.toMatchObject({ code: "dismissed" });
    expect(at.prompts.kinds).toEqual(["exposure"]);
    expect(written).toEqual([]);
    await expectNames(at.folder, "a.age");

    at.prompts.exposures = [true];
    await run(context, at);
    await expectNames(at.folder, "a.age", "new");
  });

  it("is no question for ciphertext", async () => {
    const at = await desk();
    const context = { ...at.context, disk: withoutModes([]) };
    await createEncryptedFile(
      {
        ...({ target: at.path("n.age"), existing: "keep", named: null, format: "binary" } as const),
        ...{ recipients: [alice.recipient], identities: [alice] },
      },
      context,
    );
    expect(at.prompts.asked).toEqual([]);
    await expectNames(at.folder, "n.age");
  });
});
