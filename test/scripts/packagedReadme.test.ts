import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { packagedReadme } from "../../scripts/packagedReadme.mjs";

it("Cage's own page begins with what it does, and needs no network for what it shows", async () => {
  const readme = await packagedReadme();
  expect(await readFile("README.md", "utf8")).toMatch(/!\[/);
  expect(readme).not.toMatch(/!\[|<img|\]\((?!https:|#)/);
  expect(readme).toContain(await readFile("media/screenshot.txt", "utf8"));
  expect(readme.search(/^Click `/m)).toBeLessThan(150);
  expect(readme.indexOf("npm start")).toBeGreaterThan(readme.indexOf("## Security model"));
});
