import type * as vscode from "vscode";
import { constants as fileFlags, readFileSync, readlinkSync } from "node:fs";
import { type FileHandle, open, readdir, readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import { utf8 } from "../age/bytes";
import { AgeError } from "../age/errors";
import { identityPlaces } from "../keys/discovery";
import { readIdentities, type IdentitySearch } from "../keys/identitySearch";
import type { Clock } from "../keys/keyring";
import type { Memory } from "../documents/memory";
import type { Processes } from "../documents/unfinishedStore";
import type { LastLine } from "./auditFile";
import { settings } from "./settings";

/** Looks for identities where the settings, the environment and the conventions say, on this machine. */
export function findIdentities(): Promise<IdentitySearch> {
  const places = identityPlaces(process.env, homedir(), process.platform, settings.identities());
  return readIdentities(places, {
    stat: async (path) => {
      const facts = await stat(path).catch((error: unknown) => {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
        throw error;
      });
      if (facts === null) return null;
      const mode = process.platform === "win32" ? null : facts.mode;
      return { isFile: facts.isFile(), size: facts.size, mode };
    },
    readFile,
    readVariable: (name) => process.env[name],
  });
}

/** The processes of this machine, by their ids and, on Linux, the times of their start. */
export function machineProcesses(): Processes {
  return {
    pid: process.pid,
    start: startOf(process.pid) ?? "",
    isAlive: (pid, start) => {
      try {
        process.kill(pid, 0);
      } catch (error) {
        // A process of somebody else may not be signalled, but it is there.
        if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
      }
      const found = startOf(pid);
      return found === null || start === "" || found === start;
    },
  };
}

/**
 * The same for what lies in a folder that containers may share.
 *
 * @param strangers - what is said of processes that another container counts: nobody here can say whether
 * they are alive.
 */
export function sharedProcesses(
  processes: Processes,
  strangers: "alive" | "ended" = "alive",
): Processes {
  const space = pidSpace();
  return {
    pid: processes.pid,
    start: `${space} ${processes.start}`,
    isAlive: (other, told) => {
      const [theirs = "", ...rest] = told.split(" ");
      if (theirs !== space) return strangers === "alive";
      return processes.isAlive(other, rest.join(" "));
    },
  };
}

/** Which processes have ids of their own among themselves (pid_namespaces(7)). */
function pidSpace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

/** When a process started, in ticks since boot (proc(5), /proc/pid/stat, field 22); null unless on Linux. */
function startOf(pid: number): string | null {
  if (process.platform !== "linux") return null;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
    // The name of the program, in parentheses, may hold spaces and parentheses itself.
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return ticks === undefined ? null : `${ticks} ${boot}`;
  } catch {
    return null;
  }
}

/**
 * Appends a line to a file in one write, so that those of several windows do not mix. It begins at a line's
 * beginning, even after a half line. A new file is readable for its owner only.
 *
 * @param last - what became of the line before; it counts for a file that may be written but not read.
 * @throws Error of the system, or with a text of ours.
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
  // Opening a named pipe that nobody reads would wait.
  const flags = O_APPEND | O_CREAT | O_NONBLOCK;
  try {
    return { file: await open(path, flags | O_RDWR, 0o600), isReadable: true };
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EACCES")) throw error;
    return { file: await open(path, flags | O_WRONLY, 0o600), isReadable: false };
  }
}

async function endsInHalfLine(file: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return false;
  const { bytesRead, buffer } = await file.read(new Uint8Array(1), 0, 1, size - 1);
  return bytesRead === 1 && buffer[0] !== lineEnd;
}

const lineEnd = 0x0a;

/**
 * What has one of these names, or begins with one that ends in "-", in the folders of a PATH; the
 * first of each name.
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

/** VS Code's state, as what documents remember between windows. */
export function memoryOf(state: vscode.Memento): Memory {
  return {
    get: (key) => state.get(key),
    set: async (key, value) => state.update(key, value),
  };
}
