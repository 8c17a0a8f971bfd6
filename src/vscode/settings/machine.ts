import type * as vscode from "vscode";
import { constants as fileFlags } from "node:fs";
import { type FileHandle, open, readdir, readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import { lineFeed } from "../../age/ascii";
import { utf8 } from "../../age/bytes";
import { AgeError } from "../../age/errors";
import { hasErrno } from "../../age/systemFailure";
import { identityPlaces } from "../../keys/identityPlaces";
import {
  readIdentities,
  type IdentitySearch,
  type IdentitySources,
} from "../../keys/identitySearch";
import type { Clock } from "../../keys/keyring";
import type { Memory } from "../../documents/memory/memory";
import type { LastLine } from "./auditFile";
import { settings } from "./settings";

/**
 * Looks for identities in the places that the settings, the environment and the conventions name.
 */
export function findIdentities(signal?: AbortSignal): Promise<IdentitySearch> {
  const places = identityPlaces(process.env, homedir(), process.platform, settings.identities());
  const sources: IdentitySources = {
    stat: async (path) => {
      const facts = await stat(path).catch((error: unknown) => {
        if (hasErrno(error, "ENOENT")) return null;
        throw error;
      });
      if (facts === null) return null;
      const mode = process.platform === "win32" ? null : facts.mode;
      return { isFile: facts.isFile(), size: facts.size, mode };
    },
    readFile,
    readVariable: (name) => process.env[name],
  };
  return readIdentities(places, sources, signal);
}

/**
 * Appends a line to a file in one write, so that lines of several windows do not mix. It always
 * starts a new line, even after half a line. Only its owner can read a new file.
 *
 * @param last - the fate of the last line; it matters if the file can be written but not read.
 * @throws Error of the system, or AgeError.
 */
export async function appendLine(path: string, line: string, last: LastLine): Promise<void> {
  const { file, isReadable } = await openToAppend(path);
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new AgeError("write-failed", "it is not a file");
    const isHalf = isReadable ? await endsInHalfLine(file, stat.size) : last === "failed";
    const bytes = utf8(`${isHalf && stat.size > 0 ? "\n" : ""}${line}\n`);
    const { bytesWritten } = await file.write(bytes);
    if (bytesWritten < bytes.length) throw new AgeError("disk-full", "there is no space left");
  } finally {
    await file.close();
  }
}

async function openToAppend(path: string): Promise<{ file: FileHandle; isReadable: boolean }> {
  const { O_APPEND, O_CREAT, O_NONBLOCK, O_RDWR, O_WRONLY } = fileFlags;
  // Without O_NONBLOCK, opening a named pipe that nobody reads would wait.
  const flags = O_APPEND | O_CREAT | O_NONBLOCK;
  try {
    return { file: await open(path, flags | O_RDWR, 0o600), isReadable: true };
  } catch (error) {
    if (!hasErrno(error, "EACCES")) throw error;
    return { file: await open(path, flags | O_WRONLY, 0o600), isReadable: false };
  }
}

async function endsInHalfLine(file: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return false;
  const { bytesRead, buffer } = await file.read(new Uint8Array(1), 0, 1, size - 1);
  return bytesRead === 1 && buffer[0] !== lineFeed;
}

/**
 * Finds programs in the folders of a PATH: the first of each name. A name that ends in "-" stands
 * for all that begin with it.
 */
export async function programsOn(path: string, names: readonly string[]): Promise<string[]> {
  const found = new Map<string, string>();
  for (const folder of path.split(delimiter).filter((one) => isAbsolute(one))) {
    for (const name of await readdir(folder).catch(() => [])) {
      const fits = names.some((one) => name === one || (one.endsWith("-") && name.startsWith(one)));
      if (fits && !found.has(name)) found.set(name, join(folder, name));
    }
  }
  return [...found.values()].sort();
}

/** The clocks of this machine. */
export const machineClock: Clock = {
  now: Date.now,
  monotonic: () => performance.now(),
  setTimer(callback, milliseconds) {
    const timer = setTimeout(callback, milliseconds);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** Makes a memory of VS Code's state, which documents keep between windows. */
export function memoryOf(state: vscode.Memento): Memory {
  return {
    get: (key) => state.get(key),
    set: async (key, value) => state.update(key, value),
  };
}
