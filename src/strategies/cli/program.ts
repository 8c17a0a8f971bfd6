import { constants } from "node:fs";
import { access, realpath, stat } from "node:fs/promises";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { AgeError } from "../../age/errors";
import { runChild } from "./child";
import { programEnvironment } from "./environment";

/** A program of the age format that is there, and what it can do. */
export interface AgeProgram {
  /** Absolute. */
  readonly path: string;
  readonly kind: "age" | "rage";
  /** "1.1.1"; "unknown" for builds that do not say it. */
  readonly version: string;
  /** Whether it takes a passphrase without a terminal: age 1.3 or newer, with age-plugin-batchpass. */
  readonly takesPassphrases: boolean;
  /** Whether it knows post-quantum recipients. */
  readonly postQuantum: boolean;
  /** The folders in which it looks for plugins. */
  readonly pluginPath: string;
}

/** What a program says of itself. */
type Probed = Omit<AgeProgram, "takesPassphrases">;

/** "age 1.1.1" */
export function programName({ kind, version }: AgeProgram): string {
  return `${kind} ${version}`;
}

/** Where programs are looked for. */
export interface ProgramPlaces {
  /** `cage.age.path`: absolute, or empty for the first one on the PATH. */
  readonly setting: string;
  /** The PATH of this process. */
  readonly path: string;
  readonly home: string;
  /** Folders of the workspace, in which nothing is run. */
  readonly workspace: readonly string[];
}

/** Finds programs, and asks each once for its version while the file stays what it is. */
export class ProgramFinder {
  private readonly known = new Map<string, Promise<Probed>>();

  /**
   * @param places - asked each time, since settings change.
   * @param patience - how long a program may take to tell its version, in milliseconds.
   */
  constructor(
    private readonly places: () => ProgramPlaces,
    private readonly patience = 10_000,
  ) {}

  /**
   * The program that is used.
   *
   * @throws AgeError "program-not-found", or "program-failed" for something that is none.
   */
  async find(): Promise<AgeProgram> {
    const places = this.places();
    const folders = await programFolders(places);
    const path = await pathOf(places, folders);
    const { size, mtimeMs, ino } = await stat(path).catch(() => {
      throw new AgeError("program-not-found", `there is no program at ${path} any more`, { path });
    });
    const key = [path, size, mtimeMs, ino, folders.join(delimiter)].join("\0");
    const known = this.known.get(key) ?? probe(path, folders, places.home, this.patience);
    this.known.set(key, known);
    // A failure is looked into again the next time.
    known.catch(() => this.known.delete(key));
    const program = await known;
    // Plugins come and go without the program.
    const takesPassphrases = program.postQuantum && (await findsBatchpass(program, places));
    return { ...program, takesPassphrases };
  }
}

/** Whether the plugin that takes passphrases is the first of its name, and not the workspace's. */
async function findsBatchpass({ pluginPath }: Probed, places: ProgramPlaces): Promise<boolean> {
  const isForeign = await foreignTo(places);
  for (const folder of pluginPath.split(delimiter)) {
    const plugin = join(folder, batchpass);
    if (await isProgram(plugin)) return isForeign(plugin) && isForeign(await real(plugin));
  }
  return false;
}

/** What tells whether a path lies outside of the workspace. */
async function foreignTo({ workspace }: ProgramPlaces): Promise<(path: string) => boolean> {
  const inside = [...workspace, ...(await Promise.all(workspace.map(real)))];
  return (path) => !inside.some((own) => path === own || path.startsWith(join(own, "/")));
}

/** The folders of the PATH that are absolute and not the workspace's, links followed. */
async function programFolders(places: ProgramPlaces): Promise<readonly string[]> {
  const { path } = places;
  const isForeign = await foreignTo(places);
  const folders: string[] = [];
  for (const folder of path.split(delimiter).filter((one) => isAbsolute(one))) {
    const leadsTo = await Promise.all(
      ["", ...programNames].map((name) => real(join(folder, name))),
    );
    if (isForeign(folder) && leadsTo.every(isForeign)) folders.push(folder);
  }
  return folders;
}

/** Where links lead to; the path itself where nothing is. */
async function real(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

/** Each before the next, wherever on the PATH. */
const programNames = ["age", "rage"];

async function pathOf({ setting }: ProgramPlaces, folders: readonly string[]): Promise<string> {
  if (setting !== "") {
    if (isAbsolute(setting) && (await isProgram(setting))) return setting;
    throw new AgeError("program-not-found", `there is no program at ${setting} (cage.age.path)`, {
      path: setting,
    });
  }
  for (const name of programNames) {
    for (const folder of folders) {
      if (await isProgram(join(folder, name))) return join(folder, name);
    }
  }
  throw new AgeError("program-not-found", "neither age nor rage is on the PATH");
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

async function probe(
  path: string,
  folders: readonly string[],
  home: string,
  patience: number,
): Promise<Probed> {
  const own = dirname(await real(path));
  const pluginPath = [...new Set([dirname(path), own, ...folders])].join(delimiter);
  const kindAndVersion = parseVersion(await versionText(path, pluginPath, home, patience));
  if (kindAndVersion === null) {
    throw new AgeError("program-failed", `${path} tells no version as age or rage do`, { path });
  }
  const [kind, version] = kindAndVersion;
  const isNew = kind === "age" && isAtLeast(version, [1, 3]);
  return { path, kind, version, postQuantum: isNew, pluginPath };
}

const batchpass = "age-plugin-batchpass";

async function versionText(
  path: string,
  pluginPath: string,
  home: string,
  patience: number,
): Promise<string> {
  let text = "";
  const stdout = (piece: Uint8Array): void => {
    if (text.length < 1000) text += Buffer.from(piece.subarray(0, 1000)).toString("latin1");
  };
  const environment = programEnvironment(pluginPath, home);
  const run = { file: path, args: ["--version"], cwd: "/", environment, stdout };
  try {
    const { exitCode } = await runChild(
      { ...run, stdin: null, inherited: [], bufferSize: 0 },
      AbortSignal.timeout(patience),
    );
    if (exitCode === 0) return text;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    throw new AgeError("timed-out", `${path} did not tell its version in time`, { path });
  }
  throw new AgeError("program-failed", `${path} does not tell its version`, { path });
}

/** "1.1.1", "v1.0.0", "(devel)" of age, and "rage 0.12.1"; null for what is neither. */
export function parseVersion(text: string): readonly ["age" | "rage", string] | null {
  const [, rage, version, unknown] =
    /^(?:(rage) )?(?:v?(\d{1,4}\.\d{1,4}\.\d{1,4})\S*|\((unknown|devel)\))\s*$/.exec(text) ?? [];
  if (version === undefined && (unknown === undefined || rage !== undefined)) return null;
  return [rage === undefined ? "age" : "rage", version ?? "unknown"];
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [a = 0, b = 0] = version.split(".").map(Number);
  return a > major || (a === major && b >= minor);
}
