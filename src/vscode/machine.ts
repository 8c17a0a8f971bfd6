import type * as vscode from "vscode";
import { readFileSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { identityPlaces } from "../keys/discovery";
import { readIdentities, type IdentitySearch } from "../keys/identitySearch";
import type { Clock } from "../keys/keyring";
import type { Memory } from "../documents/memory";
import type { Processes } from "../documents/unfinishedStore";
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

/** The wall clock, which goes on while the machine sleeps. */
export const wallClock: Clock = {
  now: Date.now,
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
