// Makes the packaged extension and checks it.
import { stat } from "node:fs/promises";
import { npm, output } from "./childProcess.mjs";
import { inProject } from "./project.mjs";
import { ptyFiles } from "./ptyBundle.mjs";
import { noticesFile } from "./thirdPartyNotices.mjs";

/** The chunks, whose names end in a hash. */
const isChunk = (/** @type {string} */ file) => /^dist\/chunks\/\w+-[A-Z0-9]{8}\.js$/.test(file);

const contents = [
  "CHANGELOG.md",
  "LICENSE",
  "dist/readme.md",
  "dist/extension.js",
  "dist/worker.js",
  noticesFile,
  ...ptyFiles,
  "media/icon.png",
  "package.json",
];

/**
 * Makes dist/cage.vsix and checks that it holds what it should, and nothing else.
 *
 * @returns {Promise<import("./totals.mjs").Totals>}
 */
export async function packageVsix() {
  await npm(["run", "--silent", "package"]);
  const vsce = inProject("node_modules/@vscode/vsce/vsce");
  const list =
    output(process.execPath, [
      vsce,
      "ls",
      "--no-dependencies",
      "--readme-path",
      "dist/readme.md",
    ]) ?? "";
  const packed = list.split("\n").sort();
  const wrong = [
    ...packed
      .filter((file) => !contents.includes(file) && !isChunk(file))
      .map((file) => `${file} does not belong there`),
    ...contents.filter((file) => !packed.includes(file)).map((file) => `${file} is missing`),
  ];
  for (const fault of wrong) console.error(`dist/cage.vsix: ${fault}; see .vscodeignore`);
  const { size } = await stat(inProject("dist/cage.vsix"));
  console.log(`dist/cage.vsix: ${packed.length} files, ${(size / 1024).toFixed(1)} KB`);
  return { passed: wrong.length === 0 ? 1 : 0, failed: wrong.length, skipped: 0 };
}
