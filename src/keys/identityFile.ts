import { formatByBeginning, longestBeginning } from "../age/age";
import { AgeError } from "../age/errors";
import { Turns } from "../age/turns";
import { X25519Identity } from "../age/x25519";
import { atLine, keyFileProblem, splitLines, startsWithText } from "./keyFile";
import { foreignKind } from "./otherKeyFiles";

/** The kinds of identity that exist but that this version of Cage cannot use. */
export type UnsupportedKind = "post-quantum" | "plugin" | "ssh";

/** An identity of a file that Cage has to leave out. Another one of the file may still fit. */
export interface UnsupportedIdentity {
  /** The line, counted from 1. */
  readonly line: number;
  readonly kind: UnsupportedKind;
}

/** An identity file with its identities, or one that a passphrase protects. */
export type IdentityFile =
  | {
      readonly kind: "plain";
      readonly identities: readonly X25519Identity[];
      readonly unsupported: readonly UnsupportedIdentity[];
    }
  | { readonly kind: "encrypted" };

/**
 * Reads an identity file: one identity per line, `#` comments at column 0, empty lines, LF or CRLF.
 * It works on bytes, since a string could not be wiped. The caller wipes `content`. It does not
 * believe comments such as `# public key:`, but derives recipients from the identities.
 *
 * It only recognises an encrypted identity file. The caller decrypts it and parses the result.
 *
 * @param path - names the file in errors
 * @param signal - ends the reading of a long file, which then throws the signal's reason.
 * @throws AgeError `invalid-identity` with path and line for a line that is not an identity, and
 * for a file without identities; `unreadable-identity-file` for a file that is too large or not in
 * UTF-8
 */
export async function parseIdentityFile(
  content: Uint8Array,
  path: string,
  signal?: AbortSignal,
): Promise<IdentityFile> {
  const problem = keyFileProblem(content);
  if (problem !== null) {
    throw new AgeError("unreadable-identity-file", `${path} ${problem}`, { path });
  }
  if (isEncrypted(content)) return { kind: "encrypted" };

  const identities: X25519Identity[] = [];
  const unsupported: UnsupportedIdentity[] = [];
  const turns = new Turns(16);
  let isInsidePem = false;
  try {
    for (const { number: line, bytes } of splitLines(content)) {
      const pause = turns.step(signal);
      if (pause !== null) await pause;
      if (isInsidePem) {
        // Of a PEM block only the first line counts.
        isInsidePem = !startsWithText(bytes, "-----END ");
        continue;
      }
      if (bytes.length === 0 || startsWithText(bytes, "#")) continue;
      const kind = kindOf(bytes);
      isInsidePem = kind === "ssh";
      if (kind === "x25519") identities.push(parseIdentity(bytes, path, line));
      else unsupported.push({ line, kind });
    }
    if (identities.length + unsupported.length === 0) {
      throw new AgeError("invalid-identity", `${path} holds no identity`, { path });
    }
  } catch (error) {
    for (const identity of identities) identity.wipe();
    throw error;
  }
  return { kind: "plain", identities, unsupported };
}

/** Tells whether a file is an age file. As in age, its first bytes decide, and not its name. */
export function isEncrypted(content: Uint8Array): boolean {
  return formatByBeginning(content.subarray(0, longestBeginning)) !== null;
}

/** Names the kind of identity that a line seems to be. */
function kindOf(line: Uint8Array): "x25519" | UnsupportedKind {
  if (startsWithText(line, "AGE-SECRET-KEY-PQ-1")) return "post-quantum";
  if (startsWithText(line, "AGE-PLUGIN-")) return "plugin";
  return pemPrivateKeys.some((begin) => startsWithText(line, begin)) ? "ssh" : "x25519";
}

/** The first lines of the SSH private keys that age takes: OpenSSH's own, PKCS #1 and PKCS #8. */
const pemPrivateKeys = [
  "-----BEGIN OPENSSH PRIVATE KEY-----",
  "-----BEGIN RSA PRIVATE KEY-----",
  "-----BEGIN PRIVATE KEY-----",
  "-----BEGIN ENCRYPTED PRIVATE KEY-----",
];

/** The most bytes that it parses: no identity of this kind is longer, but a line may be. */
const longestIdentity = 1024;

function parseIdentity(bytes: Uint8Array, path: string, line: number): X25519Identity {
  try {
    if (!startsWithText(bytes, "AGE-SECRET-KEY-1") || bytes.length > longestIdentity) {
      const kind = foreignKind(bytes.subarray(0, longestIdentity));
      const what = kind === null ? "not an identity" : `${kind}, not an identity`;
      throw new AgeError("invalid-identity", `this is ${what}`);
    }
    return X25519Identity.parse(bytes);
  } catch (error) {
    throw atLine(error, path, line);
  }
}
