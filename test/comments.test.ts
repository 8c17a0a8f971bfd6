import { readdir, readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";

/** The most columns of a comment, as for code. */
const widest = 100;

/** A doc comment, or `//` lines that follow each other. */
interface Comment {
  /** The file and the line of the comment's beginning. */
  readonly place: string;
  readonly lines: readonly string[];
  /** The words, in one line. */
  readonly text: string;
}

/** Finds the comments of a source file that begin a line. */
function commentsIn(path: string, source: string): readonly Comment[] {
  const pattern = /^[ \t]*(?:\/\*\*[^]*?\*\/|\/\/.*(?:\n[ \t]*\/\/.*)*)/gm;
  return Array.from(source.matchAll(pattern), (match) => {
    const [whole] = match;
    const line = source.slice(0, match.index).split("\n").length;
    const text = whole.replaceAll(/^[ \t]*(?:\/\*\*|\*\/|\*|\/\/)|\*\/$/gm, "");
    return {
      place: `${path}:${line}`,
      lines: whole.split("\n"),
      text: text.replaceAll(/\s+/g, " ").trim(),
    };
  });
}

/** Reads the comments of everything that is written in TypeScript or JavaScript. */
async function allComments(): Promise<readonly Comment[]> {
  const comments: Comment[] = [];
  for (const folder of ["src", "test", "scripts", "bench"]) {
    for (const entry of await readdir(folder, { recursive: true })) {
      if (!/\.[cm]?[jt]s$/.test(entry)) continue;
      const path = `${folder}/${entry.replaceAll("\\", "/")}`;
      comments.push(...commentsIn(path, await readFile(path, "utf8")));
    }
  }
  return comments;
}

/** The beginnings that do not say what a comment is about. */
const vague = /^(?:What|Whether|Who|Whom|Whoever|Where|How|That)\b/;

/** The turns of phrase that no native speaker would write. */
const foreign =
  /(?<![Tt]here )\b(?:is|are|was|were) (?:none\b|no (?!longer\b|more\b))|\bthat there is not\b|\b(?:is|are) told of\b|\bof ours\b|\bas one does that\b|\bsuch as only\b|[.!?] That\b/;

function faultsOf({ lines, text }: Comment): readonly string[] {
  return [
    ...(vague.test(text) ? ["begins with a word that says nothing"] : []),
    ...(foreign.exec(text) ?? []).map((words) => `says "${words.trim()}"`),
    ...(lines.some((line) => line.length > widest) ? ["is too wide"] : []),
  ];
}

describe("comments", () => {
  it("begin with what they are about, in plain words, in 100 columns", async () => {
    const comments = await allComments();
    expect(comments.length).toBeGreaterThan(1000);
    const faults = comments.flatMap((comment) =>
      faultsOf(comment).map((fault) => `${comment.place}: ${fault}: ${comment.text}`),
    );
    expect(faults).toEqual([]);
  });

  it.each([
    ["/** What it is. */", ["begins with a word that says nothing"]],
    ["  /**\n   * Whether it is so.\n   */", ["begins with a word that says nothing"]],
    ["// Where it is,\n// and how.", ["begins with a word that says nothing"]],
    ["/** Tells what it is. */", []],
    ["// It tells where\n// it is.", []],
    ["/** Returns null if it\n * is none. */", ['says "is none"']],
    ["/** Returns null if there is none. */", []],
    ["/** A file that is no\n * age file. */", ['says "is no"']],
    ["/** A file that is no\n * longer there. */", []],
    ["// It goes. That is new.", ['says ". That"']],
    ["// It goes. The file that is new stays.", []],
    ["// " + "x ".repeat(60), ["is too wide"]],
    ["// " + "x ".repeat(40), []],
  ])("are judged: %j", (source, faults) => {
    expect(commentsIn("a.ts", source).flatMap(faultsOf)).toEqual(faults);
  });

  it("are found at their place, and nothing else is", () => {
    const source = 'const a = "// no";\n// one\n// two\nconst b = 1; // end\n  /** three */\n';
    expect(commentsIn("a.ts", source).map(({ place, text }) => [place, text])).toEqual([
      ["a.ts:2", "one two"],
      ["a.ts:5", "three"],
    ]);
  });
});
