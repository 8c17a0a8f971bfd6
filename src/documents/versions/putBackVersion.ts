import { randomBytes, sha256Hex } from "../../age/primitives";
import { expectDigest } from "../disk/digest";
import type { Disk } from "../disk/disk";
import type { WritePrompts } from "../disk/writePrompts";
import { versionOfDigest } from "../disk/replacedVersion";
import { replaceFile } from "../disk/replaceFile";

/**
 * Restores an earlier version of a file that an editor has just saved over.
 *
 * @param found - the content that the editor saved. Any other content stays.
 * @throws AgeError "changed-on-disk" if the file has other content, or one of the disk.
 */
export async function putBackVersion(
  path: string,
  version: Uint8Array,
  found: Uint8Array,
  disk: Disk,
  prompts: Pick<WritePrompts, "tellWritten">,
): Promise<void> {
  const hash = sha256Hex(version);
  // The editor wrote in place, so all names of the file changed. Restoring in place mends them all.
  const inPlace = () => Promise.resolve("in place" as const);
  await replaceFile(disk, await disk.realPath(path), {
    content: [version],
    kind: "ciphertext",
    rightsOf: null,
    atMost: 0o7777,
    replaces: versionOfDigest(sha256Hex(found)),
    random: randomBytes,
    verify: (candidate) => expectDigest(disk.stream(candidate), hash),
    confirmUnchanged: () => Promise.resolve(),
    // The editor's text is not a version to keep.
    keeper: null,
    prompts: {
      manyNames: inPlace,
      mountedAlone: inPlace,
      acceptExposure: () => Promise.resolve(false),
      tellWritten: (notice) => {
        prompts.tellWritten(notice);
      },
    },
  });
}
