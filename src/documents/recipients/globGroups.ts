/** Braces or marked parentheses in a glob, such as `{a,b}` and `@(a|b)`, by places in the glob. */
export interface Group {
  readonly kind: "braces" | "parentheses";
  /** The place of the first character inside. */
  readonly start: number;
  /** The places of the commas or bars that separate the alternatives. */
  readonly separators: readonly number[];
  /** The place of the closing character. */
  readonly end: number;
}

interface Open {
  /** The place of the group's mark or brace; null for parentheses without a mark. */
  readonly at: number | null;
  readonly kind: Group["kind"];
  readonly start: number;
  readonly separators: number[];
}

/** Finds the closed groups of a glob in one pass, by the places where they begin. */
export function groupsOf(glob: readonly string[]): ReadonlyMap<number, Group> {
  const groups = new Map<number, Group>();
  const open: Open[] = [];
  for (let place = 0; place < glob.length; place++) {
    const character = glob[place] ?? "";
    const inner = open.at(-1);
    const isInBraces = inner?.kind === "braces";
    if (character === "\\") place++;
    else if (character === "[") place = endOfClass(glob, place) ?? place;
    else if (character === "{") {
      open.push({ at: place, kind: "braces", start: place + 1, separators: [] });
    } else if (character === "(") {
      const isMarked = "?*+@!".includes(glob[place - 1] ?? " ") && glob[place - 2] !== "\\";
      const at = isMarked ? place - 1 : null;
      open.push({ at, kind: "parentheses", start: place + 1, separators: [] });
    } else if (inner === undefined) continue;
    else if (character === (isInBraces ? "," : "|")) inner.separators.push(place);
    else if (character === (isInBraces ? "}" : ")")) {
      open.pop();
      const { at, kind, start, separators } = inner;
      if (at !== null) groups.set(at, { kind, start, separators, end: place });
    }
  }
  return groups;
}

/** Finds the bracket that closes a class of characters; null if there is none. */
export function endOfClass(glob: readonly string[], at: number): number | null {
  const first = at + (glob[at + 1] === "!" || glob[at + 1] === "^" ? 2 : 1);
  for (let place = first; place < glob.length; place++) {
    if (glob[place] === "\\") place++;
    else if (glob[place] === "]" && place > first) return place;
  }
  return null;
}
