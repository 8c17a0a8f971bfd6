import { describe, expect, it } from "vitest";
import { AgeError } from "../../../src/age/errors";
import { Turns } from "../../../src/age/turns";
import { readGlob, type Glob } from "../../../src/documents/recipients/glob";

function read(text: string): Glob {
  const glob = readGlob(text);
  if (typeof glob === "string") throw new Error(`${text} ${glob}`);
  return glob;
}

const paths = [
  ...["a", "b", "ab", "abc", "a.age", ".env.age", "x.yaml", "x.yml", "5", "é.age"],
  ...["secrets", "secrets/a.age", "secrets/b/c.age", "a/secrets/b.age", "a/b", "a/x/b", "a/x/y/b"],
  ...["a/xb", "a/.x/b", "ab/c", "prod/db.age", "../a.age", "../x/a.age", "(a).age", "{a}.age"],
];

describe("a glob", () => {
  // prettier-ignore
  it.each([
    ["*", "a b ab abc a.age .env.age x.yaml x.yml 5 é.age secrets (a).age {a}.age"],
    ["**", "a b ab abc a.age .env.age x.yaml x.yml 5 é.age secrets secrets/a.age secrets/b/c.age a/secrets/b.age a/b a/x/b a/x/y/b a/xb a/.x/b ab/c prod/db.age (a).age {a}.age"],
    ["*.age", "a.age .env.age é.age (a).age {a}.age"],
    ["**/*.age", "a.age .env.age é.age secrets/a.age secrets/b/c.age a/secrets/b.age prod/db.age (a).age {a}.age"],
    ["secrets/**", "secrets secrets/a.age secrets/b/c.age"],
    ["secrets/*", "secrets/a.age"],
    ["secrets/**/*.age", "secrets/a.age secrets/b/c.age"],
    ["**/secrets/**", "secrets secrets/a.age secrets/b/c.age a/secrets/b.age"],
    ["{a,b}.age", "a.age"],
    ["{secrets,prod}/**", "secrets secrets/a.age secrets/b/c.age prod/db.age"],
    ["**/{*.yaml,*.yml}", "x.yaml x.yml"],
    ["{prod,dev}/db.age", "prod/db.age"],
    ["*.y{a,}ml", "x.yaml x.yml"],
    ["[a-c]", "a b"],
    ["[a-c]*", "a b ab abc a.age"],
    ["[!a]", "b 5"],
    ["[ab][bc]", "ab"],
    ["?", "a b 5"],
    ["??", "ab"],
    ["a?c", "abc"],
    ["!**/*.age", "a b ab abc x.yaml x.yml 5 secrets a/b a/x/b a/x/y/b a/xb a/.x/b ab/c ../a.age ../x/a.age"],
    ["a/**/b", "a/b a/x/b a/x/y/b a/.x/b"],
    ["a/*/b", "a/x/b a/.x/b"],
    ["a**", "a ab abc a.age"],
    ["a/**b", "a/b a/xb"],
    ["**b", "b ab"],
    ["./secrets/**", "secrets secrets/a.age secrets/b/c.age"],
    ["a/b", "a/b"],
    ["é*", "é.age"],
    ["{1..5}", "5"],
    ["{a..c}", "a b"],
    ["{a,{b,ab}}", "a b ab"],
    ["{a,b}{,.age}", "a b a.age"],
    ["[(]a).age", "(a).age"],
    ["@(a|b)", "a b"],
    ["+(a|b)", "a b ab"],
    ["?(a|b)bc", "abc"],
    ["+([a-z])/**", "a b ab abc secrets secrets/a.age secrets/b/c.age a/secrets/b.age a/b a/x/b a/x/y/b a/xb a/.x/b ab/c prod/db.age"],
    ["../*.age", "../a.age"],
    ["*/*", "secrets/a.age a/b a/xb ab/c prod/db.age"],
    ["(a).age", "(a).age"],
    ["{a}.age", "{a}.age"],
    ["\\{a}.age", "{a}.age"],
    ["{secrets/**,a/**}", "a secrets secrets/a.age secrets/b/c.age a/secrets/b.age a/b a/x/b a/x/y/b a/xb a/.x/b"],
    ["{**/*.age,x}", "a.age .env.age é.age secrets/a.age secrets/b/c.age a/secrets/b.age prod/db.age (a).age {a}.age"],
    ["[a", ""],
    [".*", ".env.age"],
    ["a/[x]/b", "a/x/b"],
    ["@(*.age|b)", "b a.age .env.age é.age (a).age {a}.age"],
  ])("%s matches %s", async (text, matched) => {
    const found: string[] = [];
    for (const path of paths) {
      if (await read(text).matches(path, new Turns(16))) found.push(path);
    }
    expect(found.join(" ")).toBe(matched);
  });

  it.each([
    ["\\\\@(a|b)", "\\b", true],
    ["\\\\@(a|b)", "@(a|b)", false],
    ["x\\\\?(a)", "x\\a", true],
    ["\\@(a)", "@(a)", true],
    ["\\\\{a,b}", "\\a", true],
  ])("%s, where a backslash is escaped or escapes, and %s", async (text, path, isMatched) => {
    expect(await read(text).matches(path, new Turns(16))).toBe(isMatched);
  });

  it.each([
    [
      "!(a).age",
      "has a !(…), which Cage does not support; a rule before it can name the exceptions",
    ],
    ["(a|b).age", "has a | outside of parentheses; write {a,b}"],
    ["{1..1000000}.age", "has a range of more than single characters, such as {1..20}"],
    ["[z-a]", "has a range that ends before it begins"],
    ["[[:alpha:]]", "has a [:name:], which Cage does not support"],
    ["a".repeat(1001), "is longer than 1000 characters"],
  ])("%s is refused, which a sentence about it says", (text, reason) => {
    expect(readGlob(text)).toBe(reason);
  });

  it.each([
    ["+([a-z]|[a-z])b", "a".repeat(255)],
    ["+(+(+(a|a)|a)|*(a))b", "a".repeat(255)],
    ["*(*(*(*(a))))b", "a".repeat(255)],
    [`${"*a".repeat(100)}b`, "a".repeat(255)],
    [`${"{a,b}".repeat(199)}c`, "ab".repeat(120)],
    [`${"{".repeat(300)}a,b${"}".repeat(300)}c`, "a".repeat(255)],
    [`${"{a,".repeat(300)}b`, "a".repeat(255)],
    ["[".repeat(999), "a".repeat(255)],
    [`${"**/".repeat(300)}b`, "a/".repeat(500)],
    [`${"{**/,*a}".repeat(120)}b`, "a/".repeat(500)],
  ])("%s ends after one step for each character", async (text, path) => {
    let steps = 0;
    const turns = new Turns(1);
    const counted = Object.assign(Object.create(turns) as Turns, {
      step: () => {
        steps++;
        return null;
      },
    });
    expect(await read(text).matches(path, counted)).toBe(false);
    expect(steps).toBe(path.length);
    // Each step looks at each state at most once, and a glob has few states per character.
    expect(read(text).states).toBeLessThanOrEqual(10 * text.length);
  });

  it("is given up on request, while it is matched", async () => {
    const stop = new AbortController();
    setImmediate(() => {
      stop.abort(new AgeError("dismissed", "given up"));
    });
    const long = `${"a/".repeat(20_000)}b`;
    const matching = read(`${"{**/,*a}".repeat(120)}c`).matches(long, new Turns(1), stop.signal);
    await expect(matching).rejects.toMatchObject({ code: "dismissed" });
  });
});
