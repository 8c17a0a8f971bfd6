import { AgeError } from "../../age/errors";
import { refuseOtherAgeFiles } from "../../keys/encryptedIdentityFile";
import { parseIdentityFile, type UnsupportedKind } from "../../keys/identityFile";
import { maxKeyFileSize } from "../../keys/keyFile";
import { LockWatch } from "../../keys/lockWatch";
import { unsupportedText } from "./noMatch";
import type { Disk } from "../disk/disk";
import type { KeySources } from "../questions/asking";
import { openIdentityFile } from "./openIdentityFile";

/** The content of an identity file. */
export interface IdentityFileContent {
  /** The number of identities that Cage can use: at least one. */
  readonly usable: number;
  readonly unsupported: readonly UnsupportedKind[];
}

/**
 * Checks a file that the user chose as an identity file. If it is encrypted, it asks for the
 * passphrase, since only the content shows what it holds. It keeps such identities unlocked.
 *
 * @throws AgeError:
 * - "invalid-identity" for any other file, with its kind;
 * - "unsupported-identity" if Cage can use nothing in it;
 * - "dismissed";
 * - "locked" if a lock comes first;
 * - others if the file can't be read.
 */
export async function chosenIdentityFile(
  path: string,
  { disk, keys }: { readonly disk: Disk; readonly keys: KeySources },
): Promise<IdentityFileContent> {
  const facts = await disk.facts(path);
  if (facts === null) throw new AgeError("not-found", "the file does not exist", { path });
  if (facts.kind !== "file") throw refusal(path, "is not a file");
  if (facts.size > maxKeyFileSize) throw refusal(path, "is too large for an identity file");
  const content = await disk.read(path);
  const parsed = await parseIdentityFile(content, path).catch((error: unknown) => {
    content.fill(0);
    throw error;
  });
  if (parsed.kind === "encrypted") return encryptedContent(path, content, keys);
  content.fill(0);
  for (const identity of parsed.identities) identity.wipe();
  const unsupported = parsed.unsupported.map(({ kind }) => kind);
  return withUse(path, { usable: parsed.identities.length, unsupported });
}

async function encryptedContent(
  path: string,
  content: Uint8Array,
  keys: KeySources,
): Promise<IdentityFileContent> {
  await refuseOtherAgeFiles(content, path);
  const lock = new LockWatch(keys.keyring, path);
  try {
    const problem = await openIdentityFile({ path, content }, keys, "ask", lock.signal);
    if (problem !== null) throw problem;
  } finally {
    lock.dispose();
  }
  const usable = keys.keyring.identities().filter((one) => one.path === path).length;
  const unsupported = keys.keyring.identityFiles().get(path) ?? [];
  return withUse(path, { usable, unsupported });
}

function withUse(path: string, content: IdentityFileContent): IdentityFileContent {
  if (content.usable > 0) return content;
  if (content.unsupported.length === 0) throw refusal(path, "opens, but holds no identity");
  const message = `${path} holds only ${unsupportedText(content.unsupported)}`;
  throw new AgeError("unsupported-identity", message, { path });
}

function refusal(path: string, why: string): AgeError {
  return new AgeError("invalid-identity", `${path} ${why}`, { path });
}
