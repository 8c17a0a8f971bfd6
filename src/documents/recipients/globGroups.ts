/** Braces or marked parentheses in a glob, such as `{a,b}` and `@(a|b)`, by indexes in the glob. */
export interface Group {
  readonly kind: "braces" | "parentheses";
  /** The index of the first character inside. */
  readonly start: number;
  /** The indexes of the commas or bars that separate the alternatives. */
  readonly separators: readonly number[];
  /** The index of the closing character. */
  readonly end: number;
}

interface Open {
  /** The index of the group's mark or brace; null for parentheses without a mark. */
  readonly opening: number | null;
  readonly kind: Group["kind"];
  readonly start: number;
  readonly separators: number[];
}

/** Finds the closed groups of a glob, by the index of the brace or mark that begins each. */
export function groupsOf(glob: readonly string[]): ReadonlyMap<number, Group> {
  const groups = new Map<number, Group>();
  const open: Open[] = [];
  let escaped: number | null = null;
  for (let index = 0; index < glob.length; index++) {
    const character = glob[index] ?? "";
    const inner = open.at(-1);
    const isInBraces = inner?.kind === "braces";
    if (character === "\\") escaped = ++index;
    else if (character === "[") index = endOfClass(glob, index) ?? index;
    else if (character === "{") {
      open.push({ opening: index, kind: "braces", start: index + 1, separators: [] });
    } else if (character === "(") {
      const isMarked = "?*+@!".includes(glob[index - 1] ?? " ") && index - 1 !== escaped;
      const opening = isMarked ? index - 1 : null;
      open.push({ opening, kind: "parentheses", start: index + 1, separators: [] });
    } else if (inner === undefined) continue;
    else if (character === (isInBraces ? "," : "|")) inner.separators.push(index);
    else if (character === (isInBraces ? "}" : ")")) {
      open.pop();
      const { opening, kind, start, separators } = inner;
      if (opening !== null) groups.set(opening, { kind, start, separators, end: index });
    }
  }
  return groups;
}

/** Finds the index of the bracket that closes a class of characters; null if there is none. */
export function endOfClass(glob: readonly string[], start: number): number | null {
  const first = start + (glob[start + 1] === "!" || glob[start + 1] === "^" ? 2 : 1);
  for (let index = first; index < glob.length; index++) {
    if (glob[index] === "\\") index++;
    else if (glob[index] === "]" && index > first) return index;
  }
  return null;
}
