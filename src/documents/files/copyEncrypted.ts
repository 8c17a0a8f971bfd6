import { digested, expectDigest } from "../disk/digest";
import type { Disk } from "../disk/disk";
import type { WritePrompts } from "../disk/writePrompts";
import { agreedVersion, type Existing } from "../disk/replacedVersion";
import { changeGuard, refuseSameFile, sourceFacts } from "../disk/fileGuards";
import { replaceFile } from "../disk/replaceFile";
import type { VersionKeeper } from "../disk/versionKeeper";

/**
 * Copies an encrypted file as it is, without a key. The target gets its name and the source's
 * rights only after all of it is written and read back.
 *
 * @returns the digest of the copied bytes.
 * @throws AgeError "not-found", "already-exists" if the target must be kept or is the source
 * itself, "changed-on-disk", or an error of the disk. The target is untouched then.
 */
export async function copyEncrypted(
  source: string,
  target: string,
  existing: Existing,
  disk: Disk,
  random: (length: number) => Uint8Array,
  prompts: WritePrompts,
  keeper: VersionKeeper | null,
): Promise<string> {
  const { mode } = await sourceFacts(source, disk);
  await refuseSameFile(source, target, disk);
  const confirmUnchanged = await changeGuard({ source, target, existing }, disk);
  const real = await disk.realPath(target);
  const replaces = agreedVersion(existing);
  const copied = digested(disk.stream(source));
  const verify = (candidate: string) => expectDigest(disk.stream(candidate), copied.digest());
  const content = copied.source;
  await replaceFile(disk, real, {
    content,
    kind: "ciphertext",
    replaces,
    rightsOf: source,
    atMost: mode & 0o777,
    random,
    verify,
    confirmUnchanged,
    keeper,
    prompts,
  });
  return copied.digest();
}
