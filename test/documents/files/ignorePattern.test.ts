import fc from "fast-check";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  matchesIgnorePattern,
  namesOfPath,
  parseIgnoreFile,
} from "../../../src/documents/files/ignorePattern";
import { testFolder } from "../../testFolder";

const hasGit = spawnSync("git", ["--version"]).status === 0;

/** Tells whether the patterns leave out a path or a folder above it. */
function isIgnored(text: string, path: string): boolean {
  const patterns = parseIgnoreFile(text);
  const parts = path.split("/");
  for (let length = 1; length <= parts.length; length++) {
    const names = namesOfPath(parts.slice(0, length).join("/"));
    const isFolder = length < parts.length;
    const last = patterns.findLast((one) => matchesIgnorePattern(one, names, isFolder));
    if (last !== undefined && !last.negated) return true;
  }
  return false;
}

const paths = [
  ...["a", "b", "ab", "a.b", "a b", "#a", "!a", "A", "-", "]", "d/a", "d/b", "d/e/a", "d/e/b"],
  ...["d/e/ab", "e/a", "d/-", "e/d/a.b", "d/a/b/ab", "ä", "d/ä"],
];

describe.runIf(hasGit)("patterns of a .gitignore", () => {
  it("match what they match for git", () => {
    const folder = testFolder();
    spawnSync("git", ["init", "-q", folder]);
    for (const path of paths.filter((one) => !paths.some((other) => other.startsWith(`${one}/`)))) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), "");
    }
    const existing = paths.filter((one) => !paths.some((other) => other.startsWith(`${one}/`)));
    const byGit = (text: string): readonly string[] => {
      writeFileSync(join(folder, ".gitignore"), text);
      const input = existing.join("\0");
      const flags = ["-C", folder, "check-ignore", "--no-index", "-z", "--stdin"];
      const { stdout } = spawnSync("git", flags, { input, encoding: "utf8" });
      return stdout.split("\0").filter((one) => one !== "");
    };
    const piece = fc.constantFrom(
      ...["a", "b", "d", "e", "/", "*", "**", "**/", "/**", "?", "!", "#", "\\", " ", "[", "]"],
      ...["-", ".", "ä", "[ab]", "[!a]", "[^a-c]", "[a-", "[]-]", "[[:alpha:]]", "\r", "[\\]a]"],
    );
    const line = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));
    // Git matches "a**/b" with "ab", since it takes the "a" away first. Its manual says otherwise.
    const told = line.filter((text) => !/[^/!]\*\*|\*\*[^/]/.test(text));
    const file = fc.array(told, { maxLength: 4 }).map((lines) => lines.join("\n"));
    fc.assert(
      fc.property(file, (text) => {
        expect(existing.filter((path) => isIgnored(text, path))).toEqual(byGit(text));
      }),
      { numRuns: 150, seed: 1, examples: [["d\\/a"], ["\\/a\nd/\\/a"], ["a\\/"]] },
    );
  }, 120_000);
});

it("patterns with many stars end, for which a regular expression would take years", () => {
  const names = namesOfPath(Array.from({ length: 50 }, () => "a".repeat(200)).join("/"));
  for (const text of [
    `${"*a".repeat(60)}b`,
    `${"**/a*".repeat(60)}/b`,
    `/${"**/*/".repeat(60)}b`,
  ]) {
    const [pattern] = parseIgnoreFile(text);
    if (pattern === undefined) throw new Error(text);
    expect(matchesIgnorePattern(pattern, names, false)).toBe(false);
  }
});

it.each([
  ["brackets that nothing closes", "[".repeat(65_536)],
  ["beginnings of classes", `[${"[:".repeat(30_000)}]`],
  ["beginnings of classes with an end", `[${"[:".repeat(30_000)}:]]`],
])("%s are read once, however many", (_, line) => {
  // If the time grew with the square of the length, this would take minutes.
  expect(parseIgnoreFile(line).flatMap(({ parts }) => parts).length).toBeLessThan(3);
});
