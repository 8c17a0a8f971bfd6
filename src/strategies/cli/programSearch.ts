import { constants } from "node:fs";
import { access, readlink, realpath, stat } from "node:fs/promises";
import { basename, delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import { AgeError } from "../../age/errors";
import type { Owner } from "./process/processIdentity";

/** The places where Cage looks for programs. */
export interface ProgramPlaces {
  /** `cage.age.path`: absolute, or empty for the first one on the PATH. */
  readonly setting: string;
  /** The PATH of this process. */
  readonly path: string;
  readonly home: string;
  /** Folders of the workspace, in which nothing is run. */
  readonly workspace: readonly string[];
  /** The process that asks a program for its version. */
  readonly owner: Owner;
}

/** Returns a function that tells whether a path lies outside of the workspace. */
export async function foreignTo({ workspace }: ProgramPlaces): Promise<(path: string) => boolean> {
  const inside = [...workspace, ...(await Promise.all(workspace.map(real)))];
  return (path) => !inside.some((own) => path === own || path.startsWith(join(own, "/")));
}

/** The folders of the PATH that are absolute and not the workspace's, links followed. */
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
 * Every place by which links lead to something, and where it is in the end: whoever owns one
 * decides.
 */
async function linkSteps(path: string): Promise<readonly string[]> {
  const steps: string[] = [];
  let step = path;
  for (let count = 0; count < mostLinks; count++) {
    steps.push(step);
    const target = await readlink(step).catch(() => null);
    if (target === null) break;
    // A link counts from where it lies, not from where it was come by.
    const folder = await real(dirname(step));
    steps.push(join(folder, basename(step)));
    step = resolve(folder, target);
  }
  return [...steps, await real(path)];
}

/** As the system follows (path_resolution(7)). */
const mostLinks = 40;

/** Finds where links lead to; the path itself where nothing lies. */
export async function real(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

/** Each before the next, wherever on the PATH. */
const programNames = ["age", "rage"];

/**
 * The path of the program that is used.
 *
 * @param folders - those of {@link programFolders}.
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

export async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
