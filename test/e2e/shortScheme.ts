import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import packageJson from "../../package.json";
import { inProject } from "../../scripts/project.mjs";

/** A name that every disk accepts for a folder. */
export const shortScheme = "cage-short";

/** Packs the built extension with a short scheme instead of the long one. @returns the .vsix. */
export async function packWithShortScheme(folder: string): Promise<string> {
  const [formatter] = packageJson.contributes.resourceLabelFormatters;
  const { scheme } = formatter ?? { scheme: "" };
  const copy = join(folder, "short-scheme");
  await mkdir(copy);
  for (const name of ["dist", "media", "README.md", "CHANGELOG.md", "LICENSE", ".vscodeignore"]) {
    await cp(inProject(name), join(copy, name), { recursive: true });
  }
  const bundle = await readdir(inProject("dist"), { recursive: true });
  const scripts = bundle.filter((name) => name.endsWith(".js")).map((name) => join("dist", name));
  const spelling: string[] = [];
  for (const name of ["package.json", ...scripts]) {
    const text = await readFile(inProject(name), "utf8");
    if (!text.includes(scheme)) continue;
    spelling.push(name);
    await writeFile(join(copy, name), text.replaceAll(scheme, shortScheme));
  }
  if (spelling.length !== 2) throw new Error(`the scheme is spelled in: ${spelling.join(", ")}`);
  const vsix = join(folder, "short-scheme.vsix");
  const manifest = JSON.parse(await readFile(join(copy, "package.json"), "utf8")) as object;
  await writeFile(join(copy, "package.json"), JSON.stringify({ ...manifest, scripts: {} }));
  await promisify(execFile)(
    process.execPath,
    [
      inProject("node_modules/@vscode/vsce/vsce"),
      ...["package", "--no-dependencies", "--allow-missing-repository", "--out", vsix],
    ],
    { cwd: copy },
  );
  return vsix;
}
