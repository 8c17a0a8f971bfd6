// Makes the README of the packaged extension. VS Code's page of it loads pictures only by https,
// and so none without a network. A drawing in text takes the place of each picture that has one.
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { inProject } from "./project.mjs";

/** Writes dist/readme.md. */
export async function packReadme() {
  await writeFile(inProject("dist/readme.md"), await packagedReadme());
}

/**
 * Replaces the pictures.
 *
 * @returns {Promise<string>} the README without them
 */
export async function packagedReadme() {
  let readme = await readFile(inProject("README.md"), "utf8");
  for (const [picture, path = ""] of readme.matchAll(/!\[[^\]]*\]\(([^():]+)\.png\)\n\n/g)) {
    const file = inProject(`${path}.txt`);
    const drawing = existsSync(file) ? await readFile(file, "utf8") : null;
    const text = drawing === null ? "" : `\`\`\`text\n${drawing}\`\`\`\n\n`;
    readme = readme.replace(picture, () => text);
  }
  return readme;
}
