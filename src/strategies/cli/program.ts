import { stat } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { AgeError } from "../../age/errors";
import { runChild } from "./process/child";
import { programEnvironment } from "./process/environment";
import {
  foreignTo,
  isProgram,
  programFolders,
  programPath,
  type ProgramPlaces,
  real,
} from "./programSearch";
import { SharedWork } from "./sharedWork";

/** An installed program of the age format, and its abilities. */
export interface AgeProgram {
  /** The absolute path. */
  readonly path: string;
  readonly kind: "age" | "rage";
  /** The version, such as "1.1.1"; "unknown" for a build that does not tell it. */
  readonly version: string;
  /**
   * True if it takes a passphrase without a terminal: age 1.3 or newer, with age-plugin-batchpass.
   */
  readonly takesPassphrases: boolean;
  /** True if it knows post-quantum recipients. */
  readonly postQuantum: boolean;
  /** The folders in which it looks for plugins. */
  readonly pluginPath: string;
}

/** The facts that stay the same as long as the program's file and the folders do. */
type Probed = Omit<AgeProgram, "takesPassphrases">;

/** Names a program with its version, such as "age 1.1.1". */
export function programName({ kind, version }: AgeProgram): string {
  return `${kind} ${version}`;
}

/** A finder of programs. It asks a program only once for its version while the file is the same. */
export class ProgramFinder {
  private readonly known = new Map<string, SharedWork<Probed>>();

  /**
   * @param places - asked each time, since settings change.
   * @param patience - the time that a program may take to tell its version, in milliseconds.
   */
  constructor(
    private readonly places: () => ProgramPlaces,
    private readonly patience = 10_000,
  ) {}

  /**
   * Finds the program to use.
   *
   * @param signal - stops the question to the program, unless somebody else waits for it too.
   * @throws the signal's reason; AgeError "program-not-found"; "program-failed" or "timed-out" if
   * it is neither age nor rage.
   */
  async find(signal?: AbortSignal): Promise<AgeProgram> {
    const places = this.places();
    const folders = await programFolders(places);
    const path = await programPath(places, folders);
    const { size, mtimeMs, ino } = await stat(path).catch(() => {
      throw new AgeError("program-not-found", `there is no program at ${path} any more`, { path });
    });
    const key = [path, size, mtimeMs, ino, folders.join(delimiter)].join("\0");
    const program = await this.probed(key, signal, (stop) =>
      within(this.patience, stop, (ends) => probe(path, folders, places, ends)),
    );
    // Plugins come and go without the program.
    const takesPassphrases = program.postQuantum && (await findsBatchpass(program, places));
    return { ...program, takesPassphrases };
  }

  private async probed(
    key: string,
    signal: AbortSignal | undefined,
    ask: (stop: AbortSignal) => Promise<Probed>,
  ): Promise<Probed> {
    signal?.throwIfAborted();
    const earlier = this.known.get(key);
    if (earlier !== undefined && !earlier.isStopped) return earlier.wait(signal);
    const work = new SharedWork<Probed>((stop) =>
      ask(stop).catch((error: unknown) => {
        // After a failure, the next caller asks again.
        if (this.known.get(key) === work) this.known.delete(key);
        throw error;
      }),
    );
    this.known.set(key, work);
    return work.wait(signal);
  }
}

/** Does work that ends early by a signal, or after some milliseconds. */
async function within<T>(
  milliseconds: number,
  stop: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  // On Node 20, the runtime may collect AbortSignal.timeout in AbortSignal.any before it fires.
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  const timer = setTimeout(abort, milliseconds);
  stop.addEventListener("abort", abort, { once: true });
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", abort);
  }
}

/**
 * Tells whether the plugin that takes passphrases is there. The first one of its name counts, and
 * must not lie in the workspace.
 */
async function findsBatchpass({ pluginPath }: Probed, places: ProgramPlaces): Promise<boolean> {
  const isForeign = await foreignTo(places);
  for (const folder of pluginPath.split(delimiter)) {
    const plugin = join(folder, batchpass);
    if (await isProgram(plugin)) return isForeign(plugin) && isForeign(await real(plugin));
  }
  return false;
}

async function probe(
  path: string,
  folders: readonly string[],
  places: ProgramPlaces,
  signal: AbortSignal,
): Promise<Probed> {
  const own = dirname(await real(path));
  const pluginPath = [...new Set([dirname(path), own, ...folders])].join(delimiter);
  const kindAndVersion = parseVersion(await versionText(path, pluginPath, places, signal));
  if (kindAndVersion === null) {
    throw new AgeError(
      "program-failed",
      `${path} is neither age nor rage, judging by its version`,
      { path },
    );
  }
  const [kind, version] = kindAndVersion;
  const isNew = kind === "age" && isAtLeast(version, [1, 3]);
  return { path, kind, version, postQuantum: isNew, pluginPath };
}

const batchpass = "age-plugin-batchpass";

async function versionText(
  path: string,
  pluginPath: string,
  { home, owner }: ProgramPlaces,
  signal: AbortSignal,
): Promise<string> {
  let text = "";
  const stdout = (piece: Uint8Array): void => {
    if (text.length < 1000) text += Buffer.from(piece.subarray(0, 1000)).toString("latin1");
  };
  const environment = programEnvironment(pluginPath, home, owner);
  const run = { file: path, args: ["--version"], cwd: "/", environment, stdout };
  try {
    const ends = { stdin: null, inherited: [], bufferSize: 0 };
    const { exitCode } = await runChild({ ...run, ...ends }, signal);
    if (exitCode === 0) return text;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    throw new AgeError("timed-out", `${path} did not say its version in time`, { path });
  }
  throw new AgeError("program-failed", `${path} does not say its version`, { path });
}

/** Parses "1.1.1", "v1.0.0" or "(devel)" of age, and "rage 0.12.1". Returns null for others. */
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
