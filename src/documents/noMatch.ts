import { stanzaTypes, type AgeFile } from "../age/age";
import { AgeError } from "../age/errors";
import type { UnsupportedKind } from "../keys/identityFile";
import type { Keyring } from "../keys/keyring";

/**
 * The error of a file that no identity opens: for whom it is, and what is wrong with those at hand.
 *
 * @param found - how many identities were found in the clear.
 */
export function noMatch(
  { header }: Pick<AgeFile, "header">,
  found: number,
  keyring: Keyring,
  problems: readonly AgeError[],
): AgeError {
  const types = stanzaTypes(header).map(cutToFit);
  const isNone = found + keyring.identities().length === 0;
  const tried = isNone ? "no identity was found" : "no identity fits";
  const reasons = [...problems.map(({ message }) => message), ...uselessFiles(keyring)];
  const message = [`${tried}; the file is encrypted to ${countKinds(types)}`, ...reasons].join(
    "; ",
  );
  return new AgeError("no-identity-match", message, { stanzaTypes: types });
}

/** Says of which identity files that were opened nothing can be used. */
function uselessFiles(keyring: Keyring): readonly string[] {
  const useful = new Set(keyring.identities().map(({ path }) => path));
  return [...keyring.identityFiles()]
    .filter(([path, unsupported]) => !useful.has(path) && unsupported.length > 0)
    .map(([path, unsupported]) => `${path} holds only ${unsupportedText(unsupported)}`);
}

function unsupportedText(kinds: readonly UnsupportedKind[]): string {
  const texts = countEach(kinds, (kind, isOne) => {
    if (kind === "ssh") return isOne ? "SSH key" : "SSH keys";
    return `${kind} ${isOne ? "identity" : "identities"}`;
  });
  return `${texts.join(" and ")}, which this version can't use`;
}

/** A stanza's type is whatever the file's author wrote, of any length. */
function cutToFit(type: string): string {
  return type.length <= 30 ? type : `${type.slice(0, 29)}…`;
}

/** "2 X25519 recipients and 1 ssh-ed25519 recipient"; beyond a few kinds, only how many more. */
function countKinds(types: readonly string[]): string {
  const kinds = countEach(types, (type, isOne) => `${type} ${isOne ? "recipient" : "recipients"}`);
  const most = 5;
  const more = kinds.length - most;
  const rest = more > 0 ? [`${more} more ${more === 1 ? "kind" : "kinds"}`] : [];
  return [...kinds.slice(0, most), ...rest].join(" and ");
}

/** Counts each kind, in the order of their first mention, such as "2 plugin identities". */
function countEach<Kind>(
  kinds: readonly Kind[],
  nameOf: (kind: Kind, isOne: boolean) => string,
): readonly string[] {
  const counts = new Map<Kind, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return Array.from(counts, ([kind, count]) => `${count} ${nameOf(kind, count === 1)}`);
}
