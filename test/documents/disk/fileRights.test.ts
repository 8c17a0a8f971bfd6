import { execFileSync } from "node:child_process";
import { chmod, chown, readFile, stat, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { findProgram } from "../../../scripts/childProcess.mjs";
import { copyEncrypted } from "../../../src/documents/files/copyEncrypted";
import { createEncryptedFile } from "../../../src/documents/files/createEncryptedFile";
import { decryptFile } from "../../../src/documents/files/decryptFile";
import { encryptFile } from "../../../src/documents/files/encryptFile";
import { storeIdentity } from "../../../src/documents/files/storeIdentity";
import { X25519Identity } from "../../../src/age/x25519";
import { identityFileText } from "../../../src/keys/identityFileText";
import { childProgram } from "../childProgram";
import { ageFile, alice, bytes, desk, type Desk } from "../kit";
import { forAlice, shown, silent } from "../operations";
import { silentDocuments } from "../silentDocuments";

const isRoot = userInfo().uid === 0;
const hasLists = findProgram("setfacl") !== null && findProgram("getfacl") !== null;

/** Returns mode, owner, group and the access list's entries, as getfacl prints them. */
async function rightsOf(path: string): Promise<string> {
  const { mode, uid, gid } = await stat(path);
  const list = hasLists
    ? execFileSync("getfacl", ["-cnp", path], { encoding: "utf8" }).trim().replaceAll(/\s+/g, " ")
    : "";
  return `${(mode & 0o7777).toString(8)} ${uid}:${gid} ${list}`;
}

/** Tells whether a user can read a file that he does not own. He may be in its group. */
function readableFor(path: string, uid: number, gid: number): boolean {
  try {
    const who = { uid, gid, cwd: "/", stdio: "ignore" } as const;
    execFileSync("/bin/cat", [path], who);
    return true;
  } catch {
    return false;
  }
}

async function save(at: Desk, path: string): Promise<void> {
  const documents = silentDocuments(at.context);
  await documents.read(path, "ask");
  await documents.write(path, bytes("new"), "when changed");
}

describe.runIf(process.platform === "linux")("the rights of a file that is saved", () => {
  it.each([0o600, 0o640, 0o644, 0o664, 0o604, 0o666, 0o400])(
    "stay as they are: %o",
    async (mode) => {
      const at = await desk();
      const path = await at.encrypted("a.age", "old");
      await chmod(path, mode);
      const before = await rightsOf(path);
      await save(at, path);
      expect(await rightsOf(path)).toBe(before);
    },
  );

  it.runIf(isRoot)("keep owner and group, with the set-id bits", async () => {
    const at = await desk();
    const path = await at.encrypted("a.age", "old");
    await chown(path, 12_345, 23_456);
    await chmod(path, 0o6640);
    await save(at, path);
    const { mode, uid, gid } = await stat(path);
    expect([mode & 0o7777, uid, gid]).toEqual([0o6640, 12_345, 23_456]);
  });

  it.runIf(hasLists).each([
    ["a user beside a closed group", 0o600, "u:12345:r"],
    ["a group that is shut out though others are not", 0o644, "g::---,u:12345:r"],
    ["several entries and a mask", 0o640, "u:12345:rw,g:23456:r,m::r"],
  ])("keep the access list: %s", async (_what, mode, list) => {
    const at = await desk();
    const path = await at.encrypted("a.age", "old");
    await chmod(path, mode);
    execFileSync("setfacl", ["-m", list, path]);
    const before = await rightsOf(path);
    await save(at, path);
    expect(await rightsOf(path)).toBe(before);
  });

  it.runIf(hasLists)("do not get what the folder gives new files", async () => {
    const at = await desk();
    const path = await at.encrypted("a.age", "old");
    await chmod(path, 0o640);
    execFileSync("setfacl", ["-d", "-m", "u:12345:rwx,g:23456:rwx", at.folder]);
    const before = await rightsOf(path);
    await save(at, path);
    expect(await rightsOf(path)).toBe(before);
  });

  it.runIf(findProgram("setfattr") !== null)("keep the extended attributes", async () => {
    const at = await desk();
    const path = await at.encrypted("a.age", "old");
    execFileSync("setfattr", ["-n", "user.cage", "-v", "kept", path]);
    await save(at, path);
    const given = ["--only-values", "-n", "user.cage", path];
    expect(execFileSync("getfattr", given, { encoding: "utf8", stdio: "pipe" })).toContain("kept");
  });

  it("are those of the last look, not of the first", async () => {
    const at = await desk();
    const path = await at.encrypted("a.age", "old");
    await chmod(path, 0o644);
    const claim = async (target: string, signal?: AbortSignal) => {
      const release = await at.context.disk.claim(target, signal);
      await chmod(path, 0o600);
      return release;
    };
    await save({ ...at, context: { ...at.context, disk: { ...at.context.disk, claim } } }, path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });
});

describe.runIf(process.platform === "linux")("the rights of a new file", () => {
  it.runIf(hasLists)("are the source's at most, in a folder that gives others more", async () => {
    const at = await desk();
    execFileSync("setfacl", ["-d", "-m", "u:12345:rwx,g:23456:rwx", at.folder]);
    const source = await at.put("a", "text");
    execFileSync("setfacl", ["-b", source]);
    await chmod(source, 0o640);
    const of = async (name: string) => (await rightsOf(at.path(name))).replace(/ 0:0 /, " ");
    await encryptFile(forAlice(source), at.context, silent);
    expect(await of("a.age")).toBe(await of("a"));
    const { disk, random, keys } = at.context;
    await copyEncrypted(
      at.path("a.age"),
      at.path("b.age"),
      "keep",
      disk,
      random,
      keys.prompts,
      null,
    );
    expect(await of("b.age")).toBe(await of("a"));
  });

  it.runIf(hasLists)("are the owner's alone for plaintext, keys and empty files", async () => {
    const at = await desk();
    execFileSync("setfacl", ["-d", "-m", "u:12345:rwx,g:23456:rwx,o::rwx", at.folder]);
    await chmod(at.folder, 0o777);
    const source = await at.encrypted("a.age", "text");
    await chmod(source, 0o666);
    const { disk, random, keys } = at.context;
    const decryption = { source, target: at.path("a"), existing: "keep" } as const;
    await decryptFile(decryption, at.context, silent);
    const identity = identityFileText(X25519Identity.generate(), new Date(0));
    await storeIdentity(at.path("keys.txt"), identity, "keep", disk, random, keys.prompts);
    await createEncryptedFile(
      {
        ...({ target: at.path("n.age"), existing: "keep", named: null, format: "binary" } as const),
        ...{ recipients: [alice.recipient], identities: [alice] },
      },
      at.context,
    );
    for (const name of ["a", "keys.txt", "n.age"]) {
      expect((await stat(at.path(name))).mode & 0o777).toBe(0o600);
      if (isRoot) expect(readableFor(at.path(name), 12_345, 23_456)).toBe(false);
    }
  });

  it.runIf(hasLists && isRoot)(
    "an identity that is added lets nobody new read the others",
    async () => {
      const at = await desk();
      await chmod(at.folder, 0o755);
      const path = at.path("keys.txt");
      const { disk, random, keys } = at.context;
      const add = (existing: "keep" | "append") => {
        const identity = identityFileText(X25519Identity.generate(), new Date(0));
        return storeIdentity(path, identity, existing, disk, random, keys.prompts);
      };
      await add("keep");
      await chown(path, 0, 34_567);
      execFileSync("setfacl", ["-m", "u:12345:r", path]);
      const before = await rightsOf(path);
      expect(readableFor(path, 12_345, 99_999)).toBe(true);
      expect(readableFor(path, 11_111, 34_567)).toBe(false);
      await add("append");
      expect(await rightsOf(path)).toBe(before);
      expect(readableFor(path, 11_111, 34_567)).toBe(false);
    },
  );

  it("of one that replaces another are those of both at most", async () => {
    const at = await desk();
    for (const [source, target, expected] of [
      [0o600, 0o644, 0o600],
      [0o644, 0o600, 0o600],
      [0o640, 0o604, 0o600],
    ] as const) {
      await writeFile(at.path("a"), "text");
      await writeFile(at.path("a.age"), await ageFile("old"));
      await chmod(at.path("a"), source);
      await chmod(at.path("a.age"), target);
      const encryption = forAlice(at.path("a"), { existing: await shown(at.path("a.age")) });
      await encryptFile(encryption, at.context, silent);
      expect((await stat(at.path("a.age"))).mode & 0o777).toBe(expected);
    }
  });
});

describe.runIf(isRoot && process.platform === "linux")("a user who can't keep the owner", () => {
  const program = childProgram("fileRights.child.ts");
  beforeAll(async () => {
    await chmod(dirname(program.path), 0o755);
  });

  it.each([
    ["cuts what the group had, as another group would get it", 0o664, 23_456, 0o644],
    ["keeps it in the same group", 0o664, 34_567, 0o664],
    ["drops the set-id bits", 0o6755, 34_567, 0o755],
  ])("%s", async (_what, mode, group, expected) => {
    const at = await desk();
    await chmod(at.folder, 0o777);
    const path = await at.put("a.age", "old");
    await chown(path, 0, 34_567);
    await chmod(path, mode);
    const who = { uid: 12_345, gid: group, cwd: "/" };
    execFileSync(process.execPath, [program.path, path], who);
    const facts = await stat(path);
    expect(await readFile(path, "utf8")).toBe("new");
    expect([facts.mode & 0o7777, facts.uid, facts.gid]).toEqual([expected, 12_345, group]);
  });
});
