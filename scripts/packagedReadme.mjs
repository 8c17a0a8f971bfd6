// The README in the packaged extension. The page that VS Code makes of it shows pictures by https
// only: without a network none would load. So a drawing in text stands for each, if there is one.
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { inProject } from "./project.mjs";

/** Writes dist/readme.md. */
export async function packReadme() {
  await writeFile(inProject("dist/readme.md"), await packagedReadme());
}

/** @returns {Promise<string>} the README without pictures */
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
