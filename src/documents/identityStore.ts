import { dirname } from "node:path";
import { AgeError } from "../age/errors";
import { parseIdentityFile } from "../keys/identityFile";
import { digest } from "./digest";
import type { Disk } from "./disk";
import { replaceFile } from "./replaceFile";

/**
 * Stores a new identity: in a file of its own that only its owner can read, or, if the file is there
 * already and the user agreed, at the end of it.
 *
 * @param content - the identity file's text, or an age file that holds it.
 * @param existing - "append" to add to an identity file that is not encrypted; "keep" to refuse.
 * @throws AgeError "already-exists", "invalid-identity", or one of the disk; nothing is changed then.
 */
export async function storeIdentity(
  path: string,
  content: Uint8Array,
  existing: "append" | "keep",
  disk: Disk,
  random: (length: number) => Uint8Array,
): Promise<void> {
  await disk.createFolder(dirname(path));
  const old = await disk.facts(path);
  if (old !== null && existing === "keep") {
    throw new AgeError("already-exists", `${path} already exists`, { path });
  }
  // Reading a named pipe might never end.
  if (old !== null && old.kind !== "file") {
    throw new AgeError("already-exists", `${path} is not a file`, { path });
  }
  const before = old === null ? new Uint8Array() : await disk.read(path);
  try {
    if (before.length > 0) refuseToSpoil(before, content, path);
    const separator = before.length === 0 || before.at(-1) === newline ? [] : [newline];
    const pieces = [before, Uint8Array.from(separator), content];
    await replaceFile(disk, path, {
      content: pieces,
      old,
      newMode: 0o600,
      existing: old === null ? "keep" : { replace: old.version },
      random,
      verify: async (candidate) => {
        const readBack = await disk.read(candidate);
        const isSame = digest(readBack) === digest(...pieces);
        readBack.fill(0);
        if (isSame) return;
        throw new AgeError("unverified-candidate", "what was read back is wrong", { path });
      },
      confirmUnchanged: async () => {
        const now = await disk.facts(path);
        if (now?.mtime === old?.mtime && now?.size === old?.size) return;
        throw new AgeError("changed-on-disk", `${path} changed meanwhile`, { path });
      },
    });
  } finally {
    before.fill(0);
  }
}

const newline = 0x0a;

/** Only plain identities can be joined: whatever else is added would spoil those that are there. */
function refuseToSpoil(before: Uint8Array, added: Uint8Array, path: string): void {
  if (isEncrypted(before, path)) {
    throw new AgeError("already-exists", `${path} is encrypted, so nothing can be added to it`, {
      path,
    });
  }
  if (isEncrypted(added, path)) {
    throw new AgeError(
      "already-exists",
      `${path} is plain; an encrypted identity needs a new file`,
      {
        path,
      },
    );
  }
}

function isEncrypted(content: Uint8Array, path: string): boolean {
  const parsed = parseIdentityFile(content, path);
  if (parsed.kind === "encrypted") return true;
  for (const identity of parsed.identities) identity.wipe();
  return false;
}
