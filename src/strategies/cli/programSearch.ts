import { constants } from "node:fs";
import { access, readlink, realpath, stat } from "node:fs/promises";
import { basename, delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import { AgeError } from "../../age/errors";
import type { Owner } from "./process/processIdentity";

/** The places where Cage looks for programs. */
export interface ProgramPlaces {
  /** The setting `cage.age.path`: absolute, or empty for the first program on the PATH. */
  readonly setting: string;
  /** The PATH of this process. */
  readonly path: string;
  readonly home: string;
  /** The folders of the workspace. Cage runs nothing in them. */
  readonly workspace: readonly string[];
  /** The process that asks a program for its version. */
  readonly owner: Owner;
}

/** Makes a function that tells whether a path lies outside of the workspace. */
export async function foreignTo({ workspace }: ProgramPlaces): Promise<(path: string) => boolean> {
  const inside = [...workspace, ...(await Promise.all(workspace.map(real)))];
  return (path) => !inside.some((own) => path === own || path.startsWith(join(own, "/")));
}

/** Lists the folders of the PATH that are absolute and not the workspace's, links followed. */
export async function programFolders(places: ProgramPlaces): Promise<readonly string[]> {
  const { path } = places;
  const isForeign = await foreignTo(places);
  const folders: string[] = [];
  for (const folder of path.split(delimiter).filter((one) => isAbsolute(one))) {
    const steps = await Promise.all(
      ["", ...programNames].map((name) => linkSteps(join(folder, name))),
    );
    if (isForeign(folder) && steps.flat().every(isForeign)) folders.push(folder);
  }
  return folders;
}

/**
 * Lists every place through which links lead to a file, and the file's real place. The owner of any
 * of them decides which file it is.
 */
async function linkSteps(path: string): Promise<readonly string[]> {
  const steps: string[] = [];
  let step = path;
  for (let count = 0; count < mostLinks; count++) {
    steps.push(step);
    const target = await readlink(step).catch(() => null);
    if (target === null) break;
    // A link counts from the folder in which it really lies, not from the path that led to it.
    const folder = await real(dirname(step));
    steps.push(join(folder, basename(step)));
    step = resolve(folder, target);
  }
  return [...steps, await real(path)];
}

/** The most links that the system follows (path_resolution(7)). */
const mostLinks = 40;

/** Follows all links of a path. Returns the path itself if nothing lies there. */
export async function real(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

/** The names of the programs. The first one goes before the second, wherever on the PATH. */
const programNames = ["age", "rage"];

/**
 * Finds the path of the program to use.
 *
 * @param folders - the result of {@link programFolders}.
 * @throws AgeError "program-not-found"
 */
export async function programPath(
  { setting }: ProgramPlaces,
  folders: readonly string[],
): Promise<string> {
  if (setting !== "") {
    const isWhole = isAbsolute(setting);
    if (isWhole && (await isProgram(setting))) return setting;
    const what = isWhole ? "is not a program that you can run" : "is not an absolute path";
    const message = `cage.age.path, ${setting}, ${what}`;
    throw new AgeError("program-not-found", message, { path: setting });
  }
  for (const name of programNames) {
    for (const folder of folders) {
      if (await isProgram(join(folder, name))) return join(folder, name);
    }
  }
  throw new AgeError("program-not-found", "neither age nor rage is on the PATH");
}

/** Tells whether a path leads to a file that this process may execute. */
export async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
