import { randomBytes } from "../../age/primitives";
import { digest, expectDigest } from "../disk/digest";
import type { Disk } from "../disk/disk";
import type { WritePrompts } from "../disk/writePrompts";
import { versionOfDigest } from "../disk/replacedVersion";
import { replaceFile } from "../disk/replaceFile";

/**
 * Puts an earlier version of a file back in the place of what an editor has just saved over it.
 *
 * @param found - what the editor saved: anything else that is there by now stays.
 * @throws AgeError "changed-on-disk" if something else is there, or one of the disk.
 */
export async function putBackVersion(
  path: string,
  version: Uint8Array,
  found: Uint8Array,
  disk: Disk,
  prompts: Pick<WritePrompts, "tellWritten">,
): Promise<void> {
  const hash = digest(version);
  // An editor saves over a file's content, which all its names show: so it is put back.
  const inPlace = () => Promise.resolve("in place" as const);
  await replaceFile(disk, await disk.realPath(path), {
    ...({ content: [version], kind: "ciphertext", rightsOf: null, atMost: 0o7777 } as const),
    replaces: versionOfDigest(digest(found)),
    random: randomBytes,
    verify: (candidate) => expectDigest(disk.stream(candidate), hash),
    confirmUnchanged: () => Promise.resolve(),
    // An editor has just spoilt it.
    keeper: null,
    prompts: {
      ...{ manyNames: inPlace, mountedAlone: inPlace },
      acceptExposure: () => Promise.resolve(false),
      tellWritten: (notice) => {
        prompts.tellWritten(notice);
      },
    },
  });
}
