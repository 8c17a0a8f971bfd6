import { readdir, readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";

/** The most columns of a comment, as for code. */
const widest = 100;

/** Lists every line that begins like a comment's, as "file:line: text". */
async function commentLines(): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const folder of ["src", "test", "scripts", "bench"]) {
    for (const entry of await readdir(folder, { recursive: true })) {
      if (!/\.[cm]?[jt]s$/.test(entry)) continue;
      const path = `${folder}/${entry.replaceAll("\\", "/")}`;
      const text = await readFile(path, "utf8");
      for (const [index, line] of text.split("\n").entries()) {
        if (/^\s*(\/\/|\/?\*)/.test(line)) lines.push(`${path}:${index + 1}: ${line}`);
      }
    }
  }
  return lines;
}

function isTooWide(line: string): boolean {
  return line.replace(/^[^:]*:\d+: /, "").length > widest;
}

/** The beginnings that do not say what a comment is about. */
const vague = /^\s*(?:\/\*\*\s*)?(?:\*\s*)?(?:What|Whether|Who|Whom|Where|How)\b/;

/** Finds the first words of each doc comment. */
function beginnings(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line, index) => {
    if (/^[^:]*:\d+:\s+\/\*\*\s*$/.test(line)) return lines.slice(index + 1, index + 2);
    return /^[^:]*:\d+:\s+\/\*\*/.test(line) ? [line] : [];
  });
}

function isVague(line: string): boolean {
  return vague.test(line.replace(/^[^:]*:\d+: /, ""));
}

describe("comments", () => {
  it("begin with a verb or a noun", async () => {
    const begun = beginnings(await commentLines());
    expect(begun.length).toBeGreaterThan(1000);
    expect(begun.filter(isVague)).toEqual([]);
  });

  it.each([
    ["a/b.ts:1: /** What it is. */", true],
    ["a/b.ts:2:  * Whether it is so.", true],
    ["a/b.ts:1: /** Tells what it is. */", false],
  ])("are vague, or not: %s", (line, fault) => {
    expect(isVague(line)).toBe(fault);
  });

  it("have at most 100 columns", async () => {
    const lines = await commentLines();
    expect(lines.length).toBeGreaterThan(3000);
    expect(lines.filter(isTooWide)).toEqual([]);
  });

  it.each([
    ["a/b.ts:1: // " + "x ".repeat(60), true],
    ["a/b.ts:1: // " + "x ".repeat(40), false],
  ])("are looked at as they should be: %s", (line, fault) => {
    expect(isTooWide(line)).toBe(fault);
  });
});
