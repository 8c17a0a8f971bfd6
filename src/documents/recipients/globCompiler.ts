import { endOfClass, groupsOf, type Group } from "./globGroups";

/** A state of the machine that matches paths. */
export type State = { readonly number: number } & (
  | {
      readonly kind: "one";
      readonly takes: (character: string) => boolean;
      readonly isWild: boolean;
      readonly then: State;
    }
  | { readonly kind: "fork"; readonly to: State[] }
  /** Goes on only at the start or the end of a segment. */
  | { readonly kind: "edge"; readonly of: "start" | "end"; readonly then: State }
  | { readonly kind: "end" }
);

/**
 * A part of a glob. Given the state that follows it, it makes its own states and returns the first.
 */
type Part = (then: State) => State;

/** The compiler that makes the machine of a glob. */
export class Compiler {
  /** The number of states so far. */
  states = 0;
  private readonly groups: ReadonlyMap<number, Group>;
  private problem: string | null = null;

  constructor(private readonly glob: readonly string[]) {
    this.groups = groupsOf(glob);
  }

  /** Returns the machine's first state, or the reason why there is no machine. */
  machine(): State | string {
    const parts = this.parts(0, this.glob.length);
    return this.problem ?? joined(parts)({ kind: "end", number: this.states++ });
  }

  /** Reads the glob between two places. */
  private parts(from: number, to: number): readonly Part[] {
    const parts: Part[] = [];
    for (let at = from; at < to;) {
      const [part, next] = this.part(at, to);
      parts.push(part);
      at = next;
    }
    return parts;
  }

  /** Reads one part. @returns it, and the place where the next one begins. */
  private part(at: number, to: number): readonly [Part, number] {
    const character = this.glob[at] ?? "";
    const group = this.groups.get(at);
    if (group !== undefined) return [this.group(character, group), group.end + 1];
    switch (character) {
      case "\\":
        return at + 1 < to ? [this.literal(this.glob[at + 1] ?? ""), at + 2] : this.one(at);
      case "/": {
        const stars = this.stars(at + 1);
        return stars < 2 ? this.one(at) : [this.below(), at + 1 + stars];
      }
      case "*": {
        const stars = this.stars(at);
        if (stars < 2) return [this.star(), at + 1];
        const isBeforeSlash = this.glob[at + stars] === "/";
        return [this.anywhere(isBeforeSlash), at + stars + (isBeforeSlash ? 1 : 0)];
      }
      case "?":
        return [this.wild(isNoSlash), at + 1];
      case "[":
        return this.characterClass(at, to) ?? this.one(at);
      case "|":
        return this.refused("has a | outside of parentheses; write {a,b}", at);
      default:
        return this.one(at);
    }
  }

  private one(at: number): readonly [Part, number] {
    return [this.literal(this.glob[at] ?? ""), at + 1];
  }

  private refused(problem: string, at: number): readonly [Part, number] {
    this.problem ??= problem;
    return this.one(at);
  }

  /** Counts the stars at a place, without the star of a `*(…)`. */
  private stars(at: number): number {
    let end = at;
    while (this.glob[end] === "*" && !this.groups.has(end)) end++;
    return end - at;
  }

  private group(mark: string, { kind, start, end, separators }: Group): Part {
    const starts = [start, ...separators.map((separator) => separator + 1)];
    const ends = [...separators, end];
    const text = this.glob.slice(start, end).join("");
    if (kind === "braces" && separators.length === 0) {
      const [, first, last] = /^(.)\.\.(.)$/u.exec(text) ?? [];
      if (first !== undefined && last !== undefined) {
        const [low, high] = first < last ? [first, last] : [last, first];
        return this.wild((character) => character >= low && character <= high && character !== "/");
      }
      if (/^-?\w+\.\.-?\w+(?:\.\.-?\w+)?$/u.test(text)) {
        this.problem ??= "has a range of more than single characters, such as {1..20}";
      }
      return joined([this.literal("{"), ...this.parts(start, end), this.literal("}")]);
    }
    if (mark === "!") {
      this.problem ??=
        "has a !(…), which Cage does not support; a rule before it can name the exceptions";
    }
    const all = starts.map((from, index) => joined(this.parts(from, ends[index] ?? end)));
    return this.choice(all, kind === "braces" ? "@" : mark);
  }

  /**
   * Makes a choice.
   *
   * @param times - the mark of the group: `?` for at most once, `*` for any number of times, `+`
   * for at least once, any other for exactly once.
   */
  private choice(all: readonly Part[], times: string): Part {
    return (then) => {
      if (times === "@") return this.fork(all.map((part) => part(then)));
      if (times === "?") return this.fork([then, ...all.map((part) => part(then))]);
      const loop = this.fork([then]);
      const again = all.map((part) => part(loop));
      loop.to.push(...again);
      return times === "*" ? loop : this.fork(again);
    };
  }

  /** Makes `/**`: everything below a folder, or the folder itself if another part follows. */
  private below(): Part {
    return (then) => {
      const end = this.edge("end", then);
      const slash = this.literal("/");
      return this.fork([slash(this.any(isAnything, end)), slash(this.star()(then)), end]);
    };
  }

  /** Makes a `**` without a slash before it, including the slash that follows it. */
  private anywhere(isBeforeSlash: boolean): Part {
    return (then) => {
      if (!isBeforeSlash) {
        const rest = this.any(isAnything, this.edge("end", then));
        return this.fork([this.edge("start", rest), this.star()(then)]);
      }
      const slash = this.literal("/")(then);
      const start = this.edge("start", this.fork([then, this.any(isAnything, slash)]));
      return this.fork([start, this.star()(slash)]);
    };
  }

  private star(): Part {
    return (then) => this.any(isNoSlash, then);
  }

  private any(takes: (character: string) => boolean, then: State): State {
    const loop = this.fork([then]);
    loop.to.push(this.wild(takes)(loop));
    return loop;
  }

  /** Reads `[…]`; null for an unclosed bracket, which stands for itself. */
  private characterClass(at: number, to: number): readonly [Part, number] | null {
    const isNegated = this.glob[at + 1] === "!" || this.glob[at + 1] === "^";
    const closing = endOfClass(this.glob, at);
    const end = closing ?? to;
    const members: string[] = [];
    const ranges: (readonly [string, string])[] = [];
    let place = at + (isNegated ? 2 : 1);
    const member = (): string => {
      if (this.glob[place] === "\\" && place + 1 < end) place++;
      return this.glob[place++] ?? "";
    };
    while (place < end) {
      if (this.glob[place] === "[" && this.glob[place + 1] === ":") {
        return this.refused("has a [:name:], which Cage does not support", at);
      }
      const first = member();
      if (this.glob[place] !== "-" || place + 1 >= end) {
        members.push(first);
        continue;
      }
      place++;
      const last = member();
      if (first > last) return this.refused("has a range that ends before it begins", at);
      ranges.push([first, last]);
    }
    if (closing === null) return null;
    const isMember = (character: string): boolean =>
      members.includes(character) ||
      ranges.some(([first, last]) => character >= first && character <= last);
    return [
      this.wild((character) => isNoSlash(character) && isMember(character) !== isNegated),
      closing + 1,
    ];
  }

  private literal(wanted: string): Part {
    return (then) => this.state((character) => character === wanted, false, then);
  }

  private wild(takes: (character: string) => boolean): Part {
    return (then) => this.state(takes, true, then);
  }

  private state(takes: (character: string) => boolean, isWild: boolean, then: State): State {
    return { kind: "one", takes, isWild, then, number: this.states++ };
  }

  private fork(to: State[]): State & { readonly kind: "fork" } {
    return { kind: "fork", to, number: this.states++ };
  }

  private edge(of: "start" | "end", then: State): State {
    return { kind: "edge", of, then, number: this.states++ };
  }
}

function joined(parts: readonly Part[]): Part {
  return (then) => parts.reduceRight((next, part) => part(next), then);
}

function isNoSlash(character: string): boolean {
  return character !== "/";
}

function isAnything(): boolean {
  return true;
}
