import { describe, expect, it } from "vitest";
import { listsLines, listsQuestion, type ShownList } from "../../../src/vscode/wording/listsText";

const key = (name: string): string => `age1${name.repeat(58).slice(0, 58)}`;
const list = (place: string, count: number, ...people: readonly string[]): ShownList => ({
  origin: { kind: "recipients-file", place },
  named: people.map((name) => ({ text: key(name), name })),
  paths: Array.from({ length: count }, (_, index) => `/w/${index}.age`),
});

describe("the lists of a batch", () => {
  it("are shown in a question with their files and people", () => {
    const rule: ShownList = {
      ...list("*.yaml", 1, "b"),
      origin: { kind: "rules", place: "*.yaml" },
    };
    expect(listsQuestion([list("/w/.age-recipients", 12, "a", "b"), rule])).toEqual({
      lines: [
        "12 files by /w/.age-recipients: for age1aaaa…aaaa “a”, age1bbbb…bbbb “b”",
        '1 file by the rule "*.yaml" of cage.recipients: for age1bbbb…bbbb “b”',
      ],
      isWhole: true,
    });
    expect(listsQuestion([])).toEqual({ lines: [], isWhole: true });
  });

  it("of which a question leaves out some are known as not whole", () => {
    const many = listsQuestion(Array.from({ length: 8 }, () => list("/w/r", 1, "a")));
    expect(many.lines.at(-1)).toBe("and 2 more lists");
    expect(many.isWhole).toBe(false);
    const long = listsQuestion([list("/w/r", 1, ...Array.from("abcdefghij"))]);
    expect(long.lines[0]).toMatch(/age1hhhh…hhhh “h” and 2 more$/);
    expect(long.isWhole).toBe(false);
  });

  it("are shown in a plan with whole keys, as texts", () => {
    const forged = list("/w/$(x)", 2, "a\nList 9");
    expect(listsLines([forged])).toEqual([
      `List 1: /w/$ (x) (2 files)\n    ${key("a\nList 9").replaceAll("\n", "")} “aList 9”`,
    ]);
  });
});
