import { space } from "../age/ascii";
import { startsWithText } from "./keyFile";

/**
 * Names the kind of a line that people mistake for an identity, such as "an SSH public key".
 *
 * @returns the name, or null if the kind is unknown.
 */
export function foreignKind(line: Uint8Array): string | null {
  const found = kinds.find(([begin]) => startsWithText(line, begin));
  if (found === undefined) return line.includes(0) ? "binary data" : null;
  const [, name] = found;
  return name === publicKey && isCertificate(line) ? "an SSH certificate" : name;
}

const publicKey = "an SSH public key";
const certificate = "a certificate";

/** The beginnings of such lines. The first one that fits counts. */
const kinds: readonly (readonly [string, string])[] = [
  ["age1", "a recipient"],
  ["ssh-", publicKey],
  ["ecdsa-sha2-", publicKey],
  ["sk-ssh-", publicKey],
  ["sk-ecdsa-", publicKey],
  ["---- BEGIN SSH2 PUBLIC KEY", publicKey],
  ["-----BEGIN SSH SIGNATURE", "an SSH signature"],
  ["-----BEGIN CERTIFICATE REQUEST", "a certificate request"],
  ["-----BEGIN NEW CERTIFICATE REQUEST", "a certificate request"],
  ["-----BEGIN CERTIFICATE", certificate],
  ["-----BEGIN X509 CERTIFICATE", certificate],
  ["-----BEGIN TRUSTED CERTIFICATE", certificate],
  ["-----BEGIN PUBLIC KEY", "a public key"],
  ["-----BEGIN RSA PUBLIC KEY", "a public key"],
  ["-----BEGIN EC ", "an elliptic-curve key, which age does not accept"],
  ["-----BEGIN DSA ", "a DSA key, which age does not accept"],
  ["-----BEGIN PGP PUBLIC KEY", "an OpenPGP public key"],
  ["-----BEGIN PGP PRIVATE KEY", "an OpenPGP private key"],
  ["-----BEGIN PGP ", "an OpenPGP message"],
  ["-----BEGIN ", "PEM data"],
  ["PuTTY-User-Key-File-", "a PuTTY key"],
  ["untrusted comment:", "a minisign key or signature"],
];

/** Recognizes an SSH certificate by its type, such as "ssh-ed25519-cert-v01". */
function isCertificate(line: Uint8Array): boolean {
  const end = line.indexOf(space);
  const type = line.subarray(0, end === -1 ? line.length : end);
  return new TextDecoder().decode(type).includes("-cert-");
}
