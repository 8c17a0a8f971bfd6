import { describe, expect, it } from "vitest";
import {
  compareRecipients,
  showsDifference,
  type RecipientComparison,
  type RecipientChange,
} from "../../../src/documents/questions/recipientChange";

const people = (names: string) => names.split("").map((text) => ({ text }));
const X = "X25519";
const ssh = "ssh-ed25519";

/**
 * Compares `stanzas`, which Alice ("a") opened, with `next`, for whom the next version would be.
 */
function compare(
  stanzas: readonly string[],
  next: string,
  facts: Partial<RecipientComparison> = {},
): RecipientChange | null {
  return compareRecipients({
    stanzaTypes: stanzas,
    known: null,
    believed: null,
    openers: ["a"],
    own: ["a"],
    next: people(next),
    nextTypes: people(next).map(() => X),
    ...facts,
  });
}

/** Shortens a verdict: "-b" dropped, "+c" added, "-1?" and "+1?" unnamed, "!" locked out. */
function verdict(change: RecipientChange | null): string {
  if (change === null) return "same";
  const parts = [
    ...change.dropped.map(({ text }) => `-${text}`),
    ...change.added.map(({ text }) => `+${text}`),
    ...(change.unnamedDropped > 0 ? [`-${change.unnamedDropped}?`] : []),
    ...(change.unnamedAdded > 0 ? [`+${change.unnamedAdded}?`] : []),
    ...(change.locksOut ? ["!"] : []),
  ];
  return `${change.certain ? "certain" : "unsure"} ${parts.join(" ")}`.trim();
}

describe("the verdict on recipients", () => {
  type Case = [
    title: string,
    stanzas: readonly string[],
    next: string,
    facts: Partial<RecipientComparison>,
    expected: string,
  ];
  const known = (names: string) => ({ known: people(names) });
  const believed = (names: string) => ({ believed: people(names) });
  const cases: Case[] = [
    ["the sole reader stays", [X], "a", {}, "same"],
    ["the sole reader gets company", [X], "ab", {}, "certain +b"],
    ["the sole reader is replaced", [X], "b", {}, "certain -a +b !"],
    ["known readers stay, in another order", [X, X], "ba", known("ab"), "same"],
    ["a known reader is dropped", [X, X], "a", known("ab"), "certain -b"],
    ["a known reader is replaced", [X, X], "ac", known("ab"), "certain -b +c"],
    ["known readers stay though none is oneself", [X], "b", known("b"), "same"],
    ["memory goes before the sole reader", [X], "b", known("b"), "same"],
    ["two unknown readers, two next ones", [X, X], "ab", {}, "unsure"],
    ["two unknown readers, one next one", [X, X], "a", {}, "unsure -1?"],
    ["two unknown readers, three next ones", [X, X], "abc", {}, "unsure +1?"],
    ["two unknown readers, two others", [X, X], "bc", {}, "unsure -a !"],
    ["believed readers stay", [X, X], "ab", believed("ab"), "unsure"],
    ["a believed reader is dropped by name", [X, X], "a", believed("ab"), "unsure -b"],
    ["a believed reader is added by name", [X, X], "abc", believed("ab"), "unsure +c"],
    ["more are dropped than were believed", [X, X, X], "a", believed("ab"), "unsure -b -1?"],
    ["an ssh key has no counterpart", [X, ssh], "ab", {}, "unsure -1? +1?"],
    ["two ssh keys go", [X, ssh, ssh], "a", {}, "unsure -2?"],
    ["an ssh key stays", [X, ssh], "ab", { nextTypes: [X, ssh] }, "unsure"],
    ["strangers only", [X], "a", { openers: [] }, "unsure"],
    ["strangers, more than the next ones", [X, X], "a", { openers: [] }, "unsure -1?"],
    ["no identity at hand", [X, X], "ab", { own: [] }, "unsure !"],
    ["a second identity of one's own", [X, X], "b", { own: ["a", "b"] }, "unsure -a"],
  ];
  it.each(cases)("%s", (_title, stanzas, next, facts, expected) => {
    const change = compare(stanzas, next, facts);
    expect(verdict(change)).toBe(expected);
    if (change !== null) expect(showsDifference(change)).toBe(expected !== "unsure");
  });
});
