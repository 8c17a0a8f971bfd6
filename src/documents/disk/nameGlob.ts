/** The most alternatives; a glob with more matches nothing. Nobody writes so many. */
const mostAlternatives = 64;

/**
 * Matches a name against a glob with `*`, `?` and braces, ignoring case. The time is proportional
 * to the product of the lengths, whatever the glob.
 */
export function matchesGlob(name: string, glob: string): boolean {
  const characters = Array.from(name.toLowerCase());
  return alternativesOf(glob.toLowerCase()).some((pattern) =>
    matchesWildcards(characters, Array.from(pattern)),
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

/**
 * Matches without braces. It goes back only to the last `*`, which is enough and bounds the time.
 */
function matchesWildcards(name: readonly string[], pattern: readonly string[]): boolean {
  let [at, patternAt, star, starAt] = [0, 0, -1, 0];
  while (at < name.length) {
    const wanted = pattern[patternAt];
    if (wanted === "*") {
      star = patternAt++;
      starAt = at;
    } else if (wanted !== undefined && (wanted === "?" || wanted === name[at])) {
      at++;
      patternAt++;
    } else if (star >= 0) {
      patternAt = star + 1;
      at = ++starAt;
    } else return false;
  }
  return pattern.slice(patternAt).every((character) => character === "*");
}
