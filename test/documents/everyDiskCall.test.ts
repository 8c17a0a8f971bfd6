import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { AgeError, type AgeErrorCode } from "../../src/age/errors";
import { copyEncrypted } from "../../src/documents/files/copyEncrypted";
import { createEncryptedFile } from "../../src/documents/files/createEncryptedFile";
import { decryptFile } from "../../src/documents/files/decryptFile";
import { encryptFile } from "../../src/documents/files/encryptFile";
import { storeIdentity } from "../../src/documents/files/storeIdentity";
import { localDisk } from "../../src/documents/disk/localDisk";
import type { FileContext } from "../../src/documents/files/unfinishedStore";
import type { Existing } from "../../src/documents/disk/replacedVersion";
import { identityFileText } from "../../src/keys/identityFileText";
import { systemFailure } from "../../src/age/systemFailure";
import { stride } from "../longForm";
import { alice, bob, bytes, decrypted, desk, text, type Desk } from "./kit";
import { observedDisk, type Effect } from "./observedDisk";
import { forAlice, shown, silent } from "./operations";
import { silentDocuments } from "./silentDocuments";

/** One way in which Cage writes "target". */
interface Write {
  /** The target's content beforehand; null if there is no target. */
  readonly old: string | null;
  /** Writes it. */
  readonly run: (context: FileContext, at: Desk) => Promise<unknown>;
  /** Reads the target's content and decrypts it. It throws if the file is not whole. */
  readonly read: (path: string) => Promise<string>;
  readonly isNew: (content: string) => boolean;
}

const age = (path: string) => decrypted(path, alice);
const plain = (path: string) => readFile(path, "utf8");
const isNew = (content: string) => content === "new";
const added = identityFileText(bob, new Date(0));

const save = async (context: FileContext, at: Desk) => {
  const documents = silentDocuments(context);
  const target = at.path("target");
  await documents.read(target, "ask");
  return documents.write(target, bytes("new"), "when changed");
};
const append = ({ disk, random, keys }: FileContext, at: Desk) =>
  storeIdentity(at.path("target"), added, "append", disk, random, keys.prompts);
type Agreed = (at: Desk) => Promise<Existing>;
const keep: Agreed = () => Promise.resolve("keep");
const replace: Agreed = (at) => shown(at.path("target"));
const encrypt = (agreed: Agreed) => async (context: FileContext, at: Desk) => {
  const files = { target: at.path("target"), existing: await agreed(at) };
  return encryptFile(forAlice(at.path("new"), files), context, silent);
};
const decrypt = (agreed: Agreed) => async (context: FileContext, at: Desk) => {
  const files = { source: at.path("new.age"), target: at.path("target") };
  return decryptFile({ ...files, existing: await agreed(at) }, context, silent);
};
const copy = (agreed: Agreed) => async (context: FileContext, at: Desk) => {
  const { disk, random, keys, versions } = context;
  const files = [at.path("new.age"), at.path("target"), await agreed(at)] as const;
  return copyEncrypted(...files, disk, random, keys.prompts, versions.keeper("copy"));
};
const create = (context: FileContext, at: Desk) =>
  createEncryptedFile(
    {
      ...({ target: at.path("target"), existing: "keep", named: null, format: "binary" } as const),
      ...{ recipients: [alice.recipient], identities: [alice] },
    },
    context,
  );

const writes: Readonly<Record<string, Write>> = {
  "a save": { old: "age", run: save, read: age, isNew },
  "an identity that is added": {
    old: text(alice.encode()),
    run: append,
    read: plain,
    isNew: (content) => content === `${text(alice.encode())}\n${text(added)}`,
  },
  "Encrypt File… onto a file": { old: "age", run: encrypt(replace), read: age, isNew },
  "Encrypt File… to a new file": { old: null, run: encrypt(keep), read: age, isNew },
  "Decrypt File… onto a file": { old: "old", run: decrypt(replace), read: plain, isNew },
  "Decrypt File… to a new file": { old: null, run: decrypt(keep), read: plain, isNew },
  "a copy onto a file": { old: "age", run: copy(replace), read: age, isNew },
  "a copy to a new file": { old: null, run: copy(keep), read: age, isNew },
  "a new encrypted file": { old: null, run: create, read: age, isNew: (content) => content === "" },
};

async function stage({ old }: Write): Promise<Desk> {
  const at = await desk();
  await at.put("new", "new");
  await at.encrypted("new.age", "new");
  if (old === "age") await at.encrypted("target", "old");
  else if (old !== null) await writeFile(at.path("target"), old);
  return at;
}

const faults = ["ENOSPC", "EIO", "EBUSY", "EROFS"].map((errno, index) => ({
  errno,
  /** The first call that fails. In the short form, the kinds of failures share the calls. */
  first: 1 + (index % stride),
  failure: (path: string): AgeError =>
    errno === "EBUSY"
      ? new AgeError("cannot-replace", "it is mounted by itself", { path })
      : systemFailure(Object.assign(new Error(), { code: errno }), { path }),
}));

const known: readonly AgeErrorCode[] = [
  ...(["disk-full", "write-failed", "no-permission", "cannot-replace", "dismissed"] as const),
  ...(["unreadable-recipients-file", "changed-on-disk", "no-recipients"] as const),
];

describe.each(Object.entries(writes))("%s", (_name, write) => {
  it.each(faults)(
    "on a disk that fails by $errno at any one call leaves the old version or the new one",
    async ({ errno, first, failure }) => {
      // "after": the call succeeds, but reports a failure. Testing that with one kind is enough.
      const moments = errno === "EIO" ? ["before", "after"] : ["before"];
      for (const moment of moments) {
        for (let nth = first, isRunning = true; isRunning; nth += stride) {
          const at = await stage(write);
          at.prompts.mounts = ["cancel"];
          at.prompts.choices = ["cancel", "cancel"];
          let count = 0;
          const failed: Effect[] = [];
          const fail = (effect: Effect): void => {
            if (!effect.path.startsWith(at.folder) || ++count !== nth) return;
            failed.push(effect);
            throw failure(effect.path);
          };
          const disk = observedDisk(localDisk, { [moment]: fail });
          const context = { ...at.context, disk, sources: { ...at.context.sources, disk } };
          const end = await write.run(context, at).then(
            () => "done",
            (error: unknown) => (error instanceof AgeError ? error.code : String(error)),
          );
          const where = `${moment} ${String(failed[0]?.name)} (${nth}): ${end}`;
          isRunning = failed.length > 0;
          if (end !== "done") expect(known, where).toContain(end);
          const names = await readdir(at.folder);
          if (write.old === null && !names.includes("target")) {
            expect(end, where).not.toBe("done");
            continue;
          }
          expect(names, where).toContain("target");
          const content = await write.read(at.path("target"));
          const isOld = content === (write.old === "age" ? "old" : write.old);
          expect(isOld || write.isNew(content), `${where}: ${content}`).toBe(true);
          if (end === "done") expect(write.isNew(content), where).toBe(true);
          await rm(at.folder, { recursive: true });
        }
      }
    },
  );
});
