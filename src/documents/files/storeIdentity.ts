import { dirname } from "node:path";
import { lineFeed } from "../../age/ascii";
import { AgeError } from "../../age/errors";
import { sha256Hex } from "../../age/primitives";
import { parseIdentityFile } from "../../keys/identityFile";
import type { Disk } from "../disk/disk";
import type { WritePrompts } from "../disk/writePrompts";
import { versionOfDigest } from "../disk/replacedVersion";
import { isOfNewVersion, replaceFile, type Replacement } from "../disk/replaceFile";

/**
 * Stores a new identity in a file of its own that only its owner can read. If the file exists and
 * the user agreed, it appends the identity instead. An identity that another window adds at the
 * same time stays.
 *
 * @param content - the identity file's text, or an age file that holds it.
 * @param existing - "append" to add to an identity file that is not encrypted; "keep" to refuse.
 * @throws AgeError "already-exists", "invalid-identity", "dismissed", "changed-on-disk" or one of
 * the disk. Nothing is changed then.
 */
export async function storeIdentity(
  path: string,
  content: Uint8Array,
  existing: "append" | "keep",
  disk: Disk,
  random: (length: number) => Uint8Array,
  prompts: WritePrompts,
): Promise<void> {
  await disk.createFolder(dirname(path));
  const target = await disk.realPath(path);
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    if (await storeOnce(target, content, existing, disk, random, prompts)) return;
  }
  throw new AgeError("changed-on-disk", `${path} keeps changing`, { path });
}

const mostAttempts = 50;

/**
 * Tries to store once.
 *
 * @returns false if the file changed meanwhile: the identity must then be added to the new one.
 */
async function storeOnce(
  path: string,
  content: Uint8Array,
  existing: "append" | "keep",
  disk: Disk,
  random: (length: number) => Uint8Array,
  prompts: WritePrompts,
): Promise<boolean> {
  const old = await disk.facts(path);
  if (old !== null && existing === "keep") {
    throw new AgeError("already-exists", `${path} already exists`, { path });
  }
  if (old === null && (await disk.entry(path)) !== null) {
    throw new AgeError("already-exists", `${path} is a link to a file that is gone`, { path });
  }
  // Reading a named pipe might never end.
  if (old !== null && old.kind !== "file") {
    throw new AgeError("already-exists", `${path} is not a file`, { path });
  }
  const before = old === null ? new Uint8Array() : await disk.read(path);
  try {
    if (before.length > 0) await refuseToSpoil(before, content, path);
    const separator = before.length === 0 || before.at(-1) === lineFeed ? [] : [lineFeed];
    const pieces = [before, Uint8Array.from(separator), content];
    const replacement: Replacement = {
      content: pieces,
      kind: "secret",
      rightsOf: null,
      replaces: old === null ? null : versionOfDigest(sha256Hex(before)),
      atMost: old === null ? 0o600 : 0o777,
      confirmUnchanged: () => Promise.resolve(),
      random,
      // A plain identity file is not an age file.
      keeper: null,
      prompts,
      verify: async (candidate) => {
        const readBack = await disk.read(candidate);
        const isSame = sha256Hex(readBack) === sha256Hex(...pieces);
        readBack.fill(0);
        if (isSame) return;
        throw new AgeError("unverified-candidate", "what was read back is wrong", { path });
      },
    };
    return await replaceFile(disk, path, replacement).then(
      () => true,
      (error: unknown) => {
        if (existing === "append" && isOfNewVersion(error, path)) return false;
        throw error;
      },
    );
  } finally {
    before.fill(0);
  }
}

/** Refuses to join anything but plain identities, which would spoil those in the file. */
async function refuseToSpoil(before: Uint8Array, added: Uint8Array, path: string): Promise<void> {
  if (await isEncryptedFile(before, path)) {
    const message = `${path} is encrypted, so nothing can be added to it`;
    throw new AgeError("already-exists", message, { path });
  }
  if (await isEncryptedFile(added, path)) {
    const message = `${path} is plain; an encrypted identity needs a new file`;
    throw new AgeError("already-exists", message, { path });
  }
}

async function isEncryptedFile(content: Uint8Array, path: string): Promise<boolean> {
  const parsed = await parseIdentityFile(content, path);
  if (parsed.kind === "encrypted") return true;
  for (const identity of parsed.identities) identity.wipe();
  return false;
}
