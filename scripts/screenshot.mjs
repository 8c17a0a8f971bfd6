// Takes pictures of the sample workspace in a real window: node scripts/screenshot.mjs [folder]
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { npm } from "./childProcess.mjs";
import { inProject } from "./project.mjs";
import { importTypeScript } from "./typescript.mjs";

const folder = resolve(process.argv[2] ?? inProject("test-results"));
await mkdir(folder, { recursive: true });
await npm(["run", "--silent", "package"]);
const { takeScreenshots } = await importTypeScript(
  "screenshots",
  `export { takeScreenshots } from "./test/e2e/screenshots";`,
);
await takeScreenshots(folder);
console.log(`wrote pictures to ${folder}`);
