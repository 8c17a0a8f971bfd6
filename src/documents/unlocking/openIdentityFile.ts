import { collect, decrypt } from "../../age/age";
import { AgeError, type AgeErrorFacts } from "../../age/errors";
import { ScryptIdentity } from "../../age/scrypt";
import { type IdentityFile, parseIdentityFile } from "../../keys/identityFile";
import type { IdentitySearch } from "../../keys/identitySearch";
import { failureOf } from "../disk/diskFailures";
import type { UnlockSources, Asking } from "../questions/asking";
import { askUntilRight, workQuestion, type AskPassphrase } from "../questions/passphraseQuestion";

/**
 * Decrypts an identity file that is itself passphrase-encrypted, and keeps its identities. A file
 * without any counts as opened, so that its passphrase is asked for only once.
 *
 * @returns the fault of the file, or "dismissed", after which the caller can still try another
 * file; null if it opened.
 */
export async function openIdentityFile(
  { path, content }: IdentitySearch["encrypted"][number],
  keys: UnlockSources,
  asking: Asking,
  signal?: AbortSignal,
): Promise<AgeError | null> {
  const acceptWork = workQuestion(path, keys, asking);
  const attempt = async (ask: AskPassphrase): Promise<AgeError | null> => {
    const identity = new ScryptIdentity(ask, acceptWork);
    const plaintext = await collect(decrypt([content], [identity], signal));
    try {
      const parsed = await parseDecrypted(plaintext, path, signal);
      if (parsed instanceof AgeError) {
        keys.keyring.rememberIdentities(path, []);
        return parsed;
      }
      const unsupported = parsed.unsupported.map(({ kind }) => kind);
      keys.keyring.rememberIdentities(path, parsed.identities, unsupported);
      return null;
    } finally {
      plaintext.fill(0);
    }
  };
  const request = { path, purpose: "open an identity file" } as const;
  try {
    return await askUntilRight(request, keys, attempt, () => undefined);
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof AgeError) || error.code === "locked") throw error;
    if (error.code === "dismissed") return error;
    const message = `${path} cannot be opened: ${error.message}`;
    return new AgeError("unreadable-identity-file", message, { path });
  }
}

/** Parses the plaintext of an identity file. @returns an error if it is not an identity file. */
async function parseDecrypted(
  plaintext: Uint8Array,
  path: string,
  signal?: AbortSignal,
): Promise<Extract<IdentityFile, { kind: "plain" }> | AgeError> {
  const refusal = (why: string, facts: AgeErrorFacts): AgeError =>
    new AgeError("invalid-identity", `${path} opens, but ${why}`, { ...facts, path });
  try {
    const parsed = await parseIdentityFile(plaintext, path, signal);
    return parsed.kind === "plain" ? parsed : refusal("holds another encrypted file", {});
  } catch (error) {
    const { facts } = failureOf(error);
    const { line } = facts;
    const why = line === undefined ? "holds no identity" : `line ${line} in it is not an identity`;
    return refusal(why, facts);
  }
}
