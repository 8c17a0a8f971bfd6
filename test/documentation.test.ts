import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import packageJson from "../package.json";
import { allDocuments, userDocuments } from "./documentation";

const inProject = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** The texts by their paths. */
type Texts = ReadonlyMap<string, string>;

const texts: Texts = new Map(
  allDocuments().map((path) => [path, readFileSync(inProject(path), "utf8")]),
);

const { commands, menus, configuration } = packageJson.contributes;

/** A text without its blocks of code. */
function withoutCode(text: string): string {
  return text.replaceAll(/^```[^]*?^```$/gm, "");
}

/** Lists the anchors of a text's headings, as GitHub makes them. */
function anchorsIn(text: string): readonly string[] {
  return Array.from(withoutCode(text).matchAll(/^#+ (.+)$/gm), ([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** Lists the links of the texts that lead nowhere, as "file: link". */
function brokenLinks(documents: Texts): readonly string[] {
  return [...documents].flatMap(([path, text]) => {
    const links = withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g);
    return Array.from(links, ([, link = ""]) => link)
      .filter((link) => !link.startsWith("https://") && !leads(path, link, documents))
      .map((link) => `${path}: ${link}`);
  });
}

function leads(from: string, link: string, documents: Texts): boolean {
  const [file = "", anchor] = link.split("#");
  const target = file === "" ? from : posix.join(posix.dirname(from), file);
  if (!existsSync(inProject(target))) return false;
  if (anchor === undefined) return true;
  return anchorsIn(documents.get(target) ?? "").includes(anchor);
}

/** Lists the sentences and cells of a text. What is shorter than these may stand twice. */
function sentencesIn(text: string): readonly string[] {
  return (
    withoutCode(text)
      .split("\n")
      .flatMap((line) => line.split(/(?<=[.!?])\s+(?=[A-Z*`_(])|\s+\|\s*/))
      .map((sentence) => sentence.replace(/^[\s|>*-]+/, "").trim())
      // One test can try to break several promises.
      .filter((sentence) => sentence.length >= 40 && !/^(-+$|`test\/)/.test(sentence))
  );
}

/** Lists the sentences that stand twice, in one text or in two. */
function repetitions(documents: Texts): readonly string[] {
  const seen = new Set<string>();
  return [...documents.values()]
    .flatMap(sentencesIn)
    .filter((sentence) => seen.has(sentence) || !seen.add(sentence));
}

/** Describes each setting as docs/settings.md does: its heading, and the line below that. */
function settingsIn(text: string): readonly string[] {
  return Array.from(text.matchAll(/^### (cage\..+)\n\n(.+)\n\n[^\s#]/gm), ([, name, facts]) =>
    [name, facts].join(": "),
  );
}

const expectedSettings = Object.entries(configuration.properties).map(([name, one]) => {
  const scope = `${one.scope.charAt(0).toUpperCase()}${one.scope.slice(1)}`;
  return `${name}: Default: \`${JSON.stringify(one.default)}\`. ${scope} scope.`;
});

/** Lists the commands of the table in README.md. */
function commandsIn(text: string): readonly string[] {
  return Array.from(text.matchAll(/^\| (Cage: .+?) +\| \S/gm), ([, title = ""]) => title);
}

const expectedCommands = commands
  .filter(({ command }) =>
    menus.commandPalette.every((entry) => entry.command !== command || entry.when !== "false"),
  )
  .map(({ category, title }) => `${category}: ${title}`);

/** The texts with a line more in one of them. */
function withLine(path: string, line: string): Texts {
  return new Map([...texts, [path, `${texts.get(path) ?? ""}\n${line}\n`]]);
}

describe("links", () => {
  it("lead to files and headings that there are", () => {
    expect(texts.size).toBeGreaterThan(10);
    expect(brokenLinks(texts)).toEqual([]);
  });

  it.each(["docs/nowhere.md", "docs/keys.md#nowhere", "#nowhere"])(
    "are missed where they lead to %s",
    (link) => {
      expect(brokenLinks(withLine("README.md", `See [this](${link}).`))).toEqual([
        `README.md: ${link}`,
      ]);
    },
  );

  it("count from the file that they stand in", () => {
    expect(brokenLinks(withLine("docs/keys.md", "[It](docs/keys.md)"))).toHaveLength(1);
    expect(brokenLinks(withLine("docs/keys.md", "[It](../README.md#commands)"))).toEqual([]);
  });

  it("lead from the README to every page", () => {
    const readme = texts.get("README.md") ?? "";
    for (const path of userDocuments().slice(1)) expect(readme).toContain(`](${path})`);
  });

  it("of the changelog need no other file, since the package has none", () => {
    expect(texts.get("CHANGELOG.md")).not.toMatch(/\]\((?!https:|#)/);
  });
});

describe("sentences", () => {
  it("stand nowhere twice", () => {
    expect(repetitions(texts)).toEqual([]);
  });

  it("are found where they do, in other places of a page too", () => {
    const sentence = "Images open in a viewer of Cage's own, which keeps them in memory.";
    expect(texts.get("docs/opening.md")).toContain(sentence);
    expect(repetitions(withLine("docs/keys.md", `- Look: it works. ${sentence}`))).toEqual([
      sentence,
    ]);
  });
});

describe("docs/settings.md", () => {
  const page = texts.get("docs/settings.md") ?? "";

  it("describes each setting with its default and scope, and no other", () => {
    expect(settingsIn(page).toSorted()).toEqual(expectedSettings.toSorted());
  });

  it.each([
    ["### cage.engine", "### cage.motor"],
    ["Default: `30`. Machine", "Default: `31`. Machine"],
    ["Default: `60`. Machine", "Default: `60`. Resource"],
  ])("is at fault without the words: %s", (right, wrong) => {
    expect(page).toContain(right);
    const settings = settingsIn(page.replace(right, wrong));
    expect(settings.toSorted()).not.toEqual(expectedSettings.toSorted());
  });

  it("has all settings that the other texts speak of", () => {
    const names = [...texts.values()].flatMap((text) =>
      Array.from(text.matchAll(/`(cage\.[a-z]+(?:\.[a-zA-Z]+)?)`/g), ([, name = ""]) => name),
    );
    expect(names.length).toBeGreaterThan(10);
    expect(Object.keys(configuration.properties)).toEqual(expect.arrayContaining(names));
  });
});

describe("the table of commands", () => {
  const readme = texts.get("README.md") ?? "";

  it("has each command of the Command Palette, and no other", () => {
    expect(commandsIn(readme).toSorted()).toEqual(expectedCommands.toSorted());
  });

  it("is at fault without one of them", () => {
    const [first = ""] = commandsIn(readme);
    const others = commandsIn(readme.replace(`| ${first} `, "| "));
    expect(others.toSorted()).not.toEqual(expectedCommands.toSorted());
  });

  it("has all commands that the other texts speak of", () => {
    const titles = userDocuments().flatMap((path) =>
      Array.from((texts.get(path) ?? "").matchAll(/\*\*(Cage: .+?)\*\*/g), ([, title]) => title),
    );
    expect(titles.length).toBeGreaterThan(10);
    expect(expectedCommands).toEqual(expect.arrayContaining(titles));
  });
});
