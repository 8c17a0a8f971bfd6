import type { Turns } from "../../age/turns";
import { Compiler, type State } from "./globCompiler";

/** The longest glob that is read, in characters. */
const longestGlob = 1000;

/** A glob that was read. */
export interface Glob {
  /** The number of states of its machine. Each step of a match looks at most at all of them. */
  readonly states: number;
  /**
   * Tells whether the glob matches a path.
   *
   * @param path - with "/" between its folders.
   * @param turns - the turns of this work: one step for each character.
   */
  matches(path: string, turns: Turns, signal?: AbortSignal): Promise<boolean>;
}

/**
 * Reads a glob for paths: `*`, `?`, `**`, `[a-c]`, `[!a-c]`, `{a,b}`, `{a..c}`, `@(a|b)`, `?(a|b)`,
 * `*(a|b)`, `+(a|b)`, a `!` before all of it, and `\` before a character that stands for itself.
 *
 * The machine that matches is in all its states at once and never goes back. So the time is at most
 * proportional to the product of the lengths of glob and path.
 *
 * @returns the reason if the glob can't be read, as the end of a sentence that begins with it.
 */
export function readGlob(text: string): Glob | string {
  if (text.length > longestGlob) return `is longer than ${longestGlob} characters`;
  const negations = /^(?:!(?!\())*/.exec(text)?.[0].length ?? 0;
  const compiler = new Compiler(Array.from(text.slice(negations).replace(/^(?:\.\/)+/, "")));
  const machine = compiler.machine();
  if (typeof machine === "string") return machine;
  const isNegated = negations % 2 === 1;
  return {
    states: compiler.states,
    matches: async (path, turns, signal) =>
      (await isAccepted(machine, compiler.states, Array.from(path), turns, signal)) !== isNegated,
  };
}

async function isAccepted(
  first: State,
  states: number,
  path: readonly string[],
  turns: Turns,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const isDots = dotsOf(path);
  // The last place at which the machine entered each state.
  const entered = new Int32Array(states).fill(-1);
  let current = closure([first], 0, path, entered);
  for (const [place, character] of path.entries()) {
    const pause = turns.step(signal);
    if (pause !== null) await pause;
    const next: State[] = [];
    for (const state of current) {
      if (state.kind !== "one" || (state.isWild && isDots[place] === true)) continue;
      if (state.takes(character)) next.push(state.then);
    }
    current = closure(next, place + 1, path, entered);
  }
  return current.some(({ kind }) => kind === "end");
}

/** Lists the states that the machine reaches without another character, those given included. */
function closure(
  states: readonly State[],
  place: number,
  path: readonly string[],
  entered: Int32Array,
): readonly State[] {
  const found: State[] = [];
  const waiting = [...states];
  for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
    if (entered[state.number] === place) continue;
    entered[state.number] = place;
    if (state.kind === "fork") waiting.push(...state.to);
    else if (state.kind === "edge") {
      const beside = state.of === "start" ? path[place - 1] : path[place];
      if (beside === undefined || beside === "/") waiting.push(state.then);
    } else found.push(state);
  }
  return found;
}

/** Tells for each character whether it belongs to a "." or "..", which no wildcard matches. */
function dotsOf(path: readonly string[]): readonly boolean[] {
  const segments = path.join("").split("/");
  return segments.flatMap((segment) => {
    const isDots = segment === "." || segment === "..";
    return [...Array.from(segment, () => isDots), false];
  });
}
