import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

/** The words that make a sentence a promise about all cases. */
const absolute = /\b(never|always|only|nobody|nothing|whole)\b/i;

/**
 * Finds the README's sentences that make such a promise. The cell of a table counts as one, too.
 */
function promisesIn(text: string): readonly string[] {
  return text
    .replaceAll(/```[^]*?```/g, "")
    .split("\n")
    .filter((line) => !/^\s*(#|!\[)/.test(line))
    .flatMap((line) => line.split(/(?<=[.!?])\s+(?=[A-Z*`_(])|\s\|\s/))
    .filter((sentence) => absolute.test(sentence));
}

interface Row {
  readonly part: string;
  readonly file: string;
  readonly title: string;
}

/** Reads the rows of the table in ARCHITECTURE.md. */
function rowsIn(text: string): readonly Row[] {
  const table = text.slice(text.indexOf("## Promises and the tests"));
  return Array.from(
    table.matchAll(/^\| (.+?) +\| `(test\/[^`]+)`: (.+?) +\|$/gm),
    ([, part = "", file = "", title = ""]) => ({ part, file, title }),
  );
}

/** Lists the faults of the table, as sentences. */
function faultsOf(readme: string, rows: readonly Row[]): readonly string[] {
  const sentences = promisesIn(readme);
  return [
    ...sentences
      .filter((sentence) => !rows.some(({ part }) => sentence.includes(part)))
      .map((sentence) => `no test is named for: ${sentence}`),
    ...rows.flatMap(({ part, file, title }) => {
      if (!readme.includes(part)) return [`the README does not say: ${part}`];
      if (!existsSync(new URL(`../${file}`, import.meta.url))) return [`there is no ${file}`];
      return read(file).includes(title) ? [] : [`${file} has no test with: ${title}`];
    }),
  ];
}

describe("the promises of the README", () => {
  it("have a test each that tries to break them", () => {
    expect(faultsOf(read("README.md"), rowsIn(read("ARCHITECTURE.md")))).toEqual([]);
  });

  it("are missed where a row is taken away, or names no test", () => {
    const rows = rowsIn(read("ARCHITECTURE.md"));
    expect(rows.length).toBeGreaterThan(30);
    for (const row of rows) {
      const others = rows.filter((one) => one !== row);
      const wrong = [...others, { ...row, title: ["a test", "that nobody wrote"].join(" ") }];
      expect(faultsOf(read("README.md"), wrong), row.part).toHaveLength(1);
    }
  });
});

describe("the sample workspace", () => {
  it("is all that npm start leaves the user's identities alone for: it writes nowhere else", () => {
    // The script that makes the identities gets its folder, and knows no other path of the user's.
    const script = read("scripts/sampleWorkspace.mjs");
    expect(script).not.toMatch(/homedir|HOME|\.config|keys\.txt/);
  });
});
