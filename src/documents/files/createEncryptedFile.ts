import { sha256Hex } from "../../age/primitives";
import type { Report } from "../../strategies/strategy";
import { expectDigest } from "../disk/digest";
import type { Encryption } from "./encryption";
import { changeGuard } from "../disk/fileGuards";
import { factsOfWritten, rememberFile } from "../memory/memory";
import type { FileContext } from "./unfinishedStore";
import { readBack, unverified } from "../readBack";
import { agreedVersion } from "../disk/replacedVersion";
import { replaceFile } from "../disk/replaceFile";

/** A file to make, and its recipients. */
export type Creation = Pick<
  Encryption,
  "target" | "existing" | "recipients" | "named" | "format" | "identities"
>;

/**
 * Makes an empty encrypted file that only its owner can read.
 *
 * @returns the report of the encryption.
 * @throws AgeError "already-exists" unless the target may be replaced, or an error of the disk.
 */
export async function createEncryptedFile(
  { target, existing, recipients, named, format, identities }: Creation,
  { disk, memory, strategyFor, random, versions, keys: { prompts } }: FileContext,
): Promise<Report> {
  const confirmUnchanged = await changeGuard({ target, existing }, disk);
  const { bytes: ciphertext, report } = await strategyFor(target).encrypt({
    input: { kind: "memory", bytes: new Uint8Array() },
    output: { kind: "memory" },
    recipients,
    format,
  });
  if (ciphertext === null) throw new TypeError("the strategy left the ciphertext elsewhere");
  const hash = sha256Hex(ciphertext);
  const real = await disk.realPath(target);
  const replaces = agreedVersion(existing);
  await replaceFile(disk, real, {
    content: [ciphertext],
    kind: "ciphertext",
    replaces,
    rightsOf: null,
    atMost: 0o600,
    random,
    confirmUnchanged,
    prompts,
    keeper: versions.keeper("new file"),
    verify: async (candidate) => {
      await expectDigest(disk.stream(candidate), hash);
      const empty = await readBack(ciphertext, recipients, identities);
      if (empty !== null && empty.length > 0) throw unverified("it is not empty");
    },
  });
  // The file is complete by now. If this fails, the first save may have to ask.
  await rememberFile(memory, target, factsOfWritten(hash, named)).catch(() => undefined);
  return report;
}
