import { stanzaTypes, type AgeFile } from "../../age/age";
import { appendTo } from "../../age/appendTo";
import { AgeError } from "../../age/errors";
import type { UnsupportedKind } from "../../keys/identityFile";
import type { FoundIdentity, IdentitySearch } from "../../keys/identitySearch";
import type { Keyring } from "../../keys/keyring";

/**
 * Makes the error for a file that no identity opens. It says what the file is encrypted to, and why
 * each identity file that was tried did not help.
 *
 * @param problems - the problems of the search, and of the files that were opened.
 */
export function noMatch(
  { header }: Pick<AgeFile, "header">,
  search: Pick<IdentitySearch, "found" | "unsupported">,
  keyring: Keyring,
  problems: readonly AgeError[],
): AgeError {
  const types = stanzaTypes(header).map(cutToFit);
  const all = [...search.found, ...keyring.identities()];
  const kinds = countKinds(types);
  const message =
    all.length === 0
      ? `no identity was found; the file is encrypted to ${kinds}`
      : `none of your identities can open it; it is encrypted to ${kinds}`;
  const tried = [
    ...unfitting(all),
    ...problems.map(({ message: problem }) => problem),
    ...uselessFiles(search, keyring, problems),
  ];
  return new AgeError("no-identity-match", message, { stanzaTypes: types, tried });
}

function unfitting(all: readonly FoundIdentity[]): readonly string[] {
  const paths = countOf(all.map(({ path }) => path));
  return Array.from(paths, ([path, count]) =>
    count === 1
      ? `the identity in ${path} does not match`
      : `the ${count} identities in ${path} do not match`,
  );
}

/** Describes the identity files that hold only other kinds of identities, or hold none. */
export function uselessFiles(
  { unsupported }: Pick<IdentitySearch, "unsupported">,
  keyring: Keyring,
  problems: readonly AgeError[],
): readonly string[] {
  const useful = new Set([
    ...keyring.identities().map(({ path }) => path),
    ...problems.map(({ facts }) => facts.path ?? ""),
  ]);
  const kinds = new Map<string, UnsupportedKind[]>();
  for (const [path, of] of keyring.identityFiles()) if (!useful.has(path)) kinds.set(path, [...of]);
  for (const { path, kind } of unsupported) appendTo(kinds, path, kind);
  return Array.from(kinds, ([path, of]) =>
    of.length === 0 ? `${path} holds no identity` : `${path} holds ${unsupportedText(of)}`,
  );
}

/** Describes keys, as in "2 plugin identities and 1 SSH key, which this version can't use". */
export function unsupportedText(kinds: readonly UnsupportedKind[]): string {
  const texts = countEach(kinds, (kind, isOne) => {
    if (kind === "ssh") return isOne ? "SSH key" : "SSH keys";
    return `${kind} ${isOne ? "identity" : "identities"}`;
  });
  return `${texts.join(" and ")}, which this version can't use`;
}

/** Shortens a stanza's type: its length is up to the file's author. */
function cutToFit(type: string): string {
  return type.length <= 30 ? type : `${type.slice(0, 29)}…`;
}

/**
 * Describes recipients, as in "2 X25519 recipients and 1 ssh-ed25519 recipient". Of more than five
 * kinds it gives the number of the others.
 */
function countKinds(types: readonly string[]): string {
  const kinds = countEach(types, (type, isOne) => `${type} ${isOne ? "recipient" : "recipients"}`);
  const most = 5;
  const more = kinds.length - most;
  const rest = more > 0 ? [`${more} more ${more === 1 ? "kind" : "kinds"}`] : [];
  return [...kinds.slice(0, most), ...rest].join(" and ");
}

/** Counts each kind, in the order of first mention, as in "2 plugin identities". */
function countEach<Kind>(
  kinds: readonly Kind[],
  nameOf: (kind: Kind, isOne: boolean) => string,
): readonly string[] {
  return Array.from(countOf(kinds), ([kind, count]) => `${count} ${nameOf(kind, count === 1)}`);
}

function countOf<Kind>(kinds: readonly Kind[]): ReadonlyMap<Kind, number> {
  const counts = new Map<Kind, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
