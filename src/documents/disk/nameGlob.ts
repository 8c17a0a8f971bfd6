/** The most alternatives; a glob with more matches nothing. Nobody writes so many. */
const mostAlternatives = 64;

/**
 * Matches a name against a glob with `*`, `?` and braces, ignoring case. The time is proportional
 * to the product of the lengths, whatever the glob.
 *
 * Other globs of Cage have other rules on purpose. Those of `cage.recipients` are for paths, with
 * classes and groups (`recipients/glob.ts`). Those of a .gitignore match bytes and have no braces
 * (`files/ignorePattern.ts`).
 */
export function matchesGlob(name: string, glob: string): boolean {
  const characters = Array.from(name.toLowerCase());
  return alternativesOf(glob.toLowerCase()).some((pattern) =>
    matchesParts(characters, Array.from(pattern), isStar, fits),
  );
}

/** Expands the braces of a glob. @returns globs without braces, or none if there are too many. */
export function alternativesOf(glob: string): readonly string[] {
  let found = [glob];
  for (;;) {
    const next = found.flatMap(withoutFirstBraces);
    if (next.length > mostAlternatives) return [];
    if (next.length === found.length && next.every((one, index) => one === found[index])) {
      return found;
    }
    found = next;
  }
}

function withoutFirstBraces(glob: string): readonly string[] {
  const close = glob.indexOf("}");
  const open = glob.lastIndexOf("{", close);
  if (open < 0 || close < 0) return [glob];
  const [before, after] = [glob.slice(0, open), glob.slice(close + 1)];
  return glob
    .slice(open + 1, close)
    .split(",")
    .map((alternative) => before + alternative + after);
}

const isStar = (part: string): boolean => part === "*";
const fits = (part: string, character: string): boolean => part === "?" || part === character;

/**
 * Matches items against parts. It goes back only to the last star, which is enough and bounds the
 * time.
 */
export function matchesParts<Item, Part>(
  items: readonly Item[],
  parts: readonly Part[],
  isAny: (part: Part) => boolean,
  takes: (part: Part, item: Item) => boolean,
): boolean {
  let [at, partAt, star, starAt] = [0, 0, -1, 0];
  for (let item = items[at]; item !== undefined; item = items[at]) {
    const part = parts[partAt];
    if (part !== undefined && isAny(part)) {
      star = partAt++;
      starAt = at;
    } else if (part !== undefined && takes(part, item)) {
      at++;
      partAt++;
    } else if (star >= 0) {
      partAt = star + 1;
      at = ++starAt;
    } else return false;
  }
  return parts.slice(partAt).every(isAny);
}
