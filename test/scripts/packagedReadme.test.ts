import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import packageJson from "../../package.json";
import { packagedReadme } from "../../scripts/packagedReadme.mjs";
import { userDocuments } from "../documentation";

it("Cage's own page begins with what it does, and needs no network for what it shows", async () => {
  const readme = await packagedReadme();
  expect(await readFile("README.md", "utf8")).toMatch(/!\[/);
  expect(readme).not.toMatch(/!\[|<img|\]\((?!https:|#)/);
  expect(readme).toContain(await readFile("media/screenshot.txt", "utf8"));
  expect(readme.search(/^Click `/m)).toBeLessThan(150);
});

it("Cage's own page leaves out what is for those who build it, and nothing else", async () => {
  const [source, readme] = [await readFile("README.md", "utf8"), await packagedReadme()];
  const headings = (text: string) => text.match(/^## .+$/gm) ?? [];
  expect(headings(source)).toContain("## From source");
  expect(headings(readme)).toEqual(headings(source).filter((one) => one !== "## From source"));
  expect(readme).not.toContain("npm ");
});

it("Cage's own page leads to each page of docs in the repository that package.json names", async () => {
  const readme = await packagedReadme();
  const { url } = packageJson.repository;
  expect(url).toMatch(/^https:\/\/[^/]+(\/[\w-]+)+$/);
  const links = Array.from(readme.matchAll(/\]\((.+?)\)/g), ([, link = ""]) => link);
  const docs = userDocuments().filter((path) => path.startsWith("docs/"));
  expect(docs.length).toBeGreaterThan(7);
  expect(links).toEqual(expect.arrayContaining(docs.map((path) => `${url}/blob/HEAD/${path}`)));
});

it("the package holds no docs, which the links make unnecessary", async () => {
  const ignored = await readFile(".vscodeignore", "utf8");
  expect(ignored.split("\n")[0]).toBe("**");
  expect(ignored).not.toContain("docs");
});
