// The licences of the packages in the bundles; their texts have to be delivered, too.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "./problem.mjs";
import { inProject } from "./project.mjs";

/** The file that is written to dist/, by its path in the project. */
export const noticesFile = join("dist", "third-party-notices.txt");

/**
 * Writes the notices of a build.
 *
 * @param {import("esbuild").Metafile} metafile
 */
export async function packNotices(metafile) {
  await writeFile(inProject(noticesFile), await noticesOf(packagesIn(metafile)));
}

/**
 * Finds the packages with code in a bundle.
 *
 * @param {import("esbuild").Metafile} metafile
 * @returns {readonly string[]} their folders, sorted
 */
export function packagesIn({ outputs }) {
  const inputs = Object.values(outputs).flatMap((output) => Object.keys(output.inputs));
  const folders = inputs.flatMap((path) => {
    const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path);
    return found?.[1] === undefined ? [] : [found[1]];
  });
  return [...new Set(folders)].sort();
}

/**
 * Collects names, versions and licences.
 *
 * @param {readonly string[]} folders of packages
 * @returns {Promise<string>}
 * @throws Problem if a package lacks a licence
 */
export async function noticesOf(folders) {
  const parts = await Promise.all(folders.map(noticeOf));
  const line = `\n${"-".repeat(80)}\n\n`;
  return `Cage contains code of these packages.\n${line}${parts.join(line)}`;
}

/** @param {string} folder @returns {Promise<string>} */
async function noticeOf(folder) {
  const { name, version, license } = JSON.parse(
    await readFile(join(folder, "package.json"), "utf8"),
  );
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  if (file === undefined) throw new Problem(`${name} is in the bundle, but has no licence`);
  const text = await readFile(join(folder, file), "utf8");
  return `${name} ${version} (${license})\n\n${text.trim()}\n`;
}
