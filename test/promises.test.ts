import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { userDocuments } from "./documentation";

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

/** The words that make a sentence a promise about all cases. */
const absolute = /\b(never|always|only|nobody|nothing|whole)\b/i;

/** Lists the sentences of a text that make such a promise. A cell of a table is one, too. */
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
function faultsOf(documents: readonly string[], rows: readonly Row[]): readonly string[] {
  return [
    ...documents
      .flatMap(promisesIn)
      .filter((sentence) => !rows.some(({ part }) => sentence.includes(part)))
      .map((sentence) => `no test is named for: ${sentence}`),
    ...rows.flatMap(({ part, file, title }) => {
      const places = documents.flatMap((text) => text.split(part).slice(1));
      if (places.length !== 1) return [`README and docs say ${places.length} times: ${part}`];
      if (!existsSync(new URL(`../${file}`, import.meta.url))) return [`there is no ${file}`];
      return read(file).includes(title) ? [] : [`${file} has no test with: ${title}`];
    }),
  ];
}

describe("the promises of the README and of docs", () => {
  const documents = userDocuments().map(read);
  const rows = rowsIn(read("ARCHITECTURE.md"));

  it("have a test each that tries to break them", () => {
    expect(faultsOf(documents, rows)).toEqual([]);
  });

  it("are missed where a row names no test, or none of their sentences", () => {
    expect(rows.length).toBeGreaterThan(30);
    const nobodys = ["a test", "that nobody wrote"].join(" ");
    for (const row of rows) {
      const others = rows.filter((one) => one !== row);
      expect(faultsOf(documents, [...others, { ...row, title: nobodys }]), row.part).toHaveLength(
        1,
      );
    }
    expect(faultsOf(documents, [...rows, { ...rows[0], part: nobodys } as Row])).toHaveLength(1);
  });

  it("are missed where no row quotes them, in each document", () => {
    for (const index of documents.keys()) {
      const text = `${documents[index] ?? ""}\nCage never sleeps.\n`;
      expect(faultsOf(documents.with(index, text), rows)).toEqual([
        "no test is named for: Cage never sleeps.",
      ]);
    }
  });

  it("are missed where two documents make the same one", () => {
    const [row] = rows;
    const twice = [...documents, `${row?.part ?? ""}.`];
    expect(faultsOf(twice, rows)).toEqual([expect.stringContaining("say 2 times")]);
  });
});

describe("the sample workspace", () => {
  it("is all that npm start leaves the user's identities alone for: it writes nowhere else", () => {
    // The script that makes the identities gets its folder, and knows no other path of the user's.
    const script = read("scripts/sampleWorkspace.mjs");
    expect(script).not.toMatch(/homedir|HOME|\.config|keys\.txt/);
  });
});
