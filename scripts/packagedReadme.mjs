// The README in the packaged extension, for the page that VS Code makes of it:
// - The page shows pictures by https only: without a network none would load. So a drawing in text
//   stands for each, if there is one.
// - It opens no link to a file. So links lead to the repository, and the package needs no docs.
// - Who reads it has Cage already, so the section on the source is left out.
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { inProject } from "./project.mjs";

/** Writes dist/readme.md. */
export async function packReadme() {
  await writeFile(inProject("dist/readme.md"), await packagedReadme());
}

/** @returns {Promise<string>} the README for users of the package */
export async function packagedReadme() {
  const readme = await readFile(inProject("README.md"), "utf8");
  return withAbsoluteLinks(await withoutPictures(withoutSource(readme)), await repository());
}

/** @param {string} readme */
function withoutSource(readme) {
  return readme.replace(/^## From source\n[^]*?(?=^## )/m, "");
}

/** @param {string} readme */
async function withoutPictures(readme) {
  let text = readme;
  for (const [picture, path = ""] of readme.matchAll(/!\[[^\]]*\]\(([^():]+)\.png\)\n\n/g)) {
    const file = inProject(`${path}.txt`);
    const drawing = existsSync(file) ? await readFile(file, "utf8") : null;
    const block = drawing === null ? "" : `\`\`\`text\n${drawing}\`\`\`\n\n`;
    text = text.replace(picture, () => block);
  }
  return text;
}

/**
 * @param {string} readme
 * @param {string} url the repository's address
 */
function withAbsoluteLinks(readme, url) {
  return readme.replace(
    /\]\((?!https:|#)([^()\s]+)\)/g,
    (_, path) => `](${url}/blob/HEAD/${path})`,
  );
}

/** @returns {Promise<string>} the address of the repository that package.json names */
async function repository() {
  const { repository } = JSON.parse(await readFile(inProject("package.json"), "utf8"));
  return repository.url;
}
