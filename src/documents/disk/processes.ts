import { readFileSync, readlinkSync } from "node:fs";
import { hostname, platform, uptime } from "node:os";
import * as process from "node:process";
import { hasErrno } from "../../age/systemFailure";

/** The processes of this machine, as records and claims name them. */
export interface Processes {
  readonly pid: number;
  /**
   * The text that tells this process from earlier and later ones with its id; "" if there is none.
   */
  readonly start: string;
  /** Tells whether a process with this id and start is running. */
  isAlive(pid: number, start: string): boolean;
}

/** The name of a process for every machine and container that may see the name. */
export interface ProcessName {
  readonly pid: number;
  readonly start: string;
  /** The machine's name and boot, and the space in which the id counts. */
  readonly home: string;
}

/** Returns the processes of this machine, by their ids and, on Linux, the times of their start. */
export function machineProcesses(): Processes {
  return {
    pid: process.pid,
    start: startOf(process.pid) ?? "",
    isAlive: (pid, start) => {
      try {
        process.kill(pid, 0);
      } catch (error) {
        // A process of another user refuses the signal, but it is there.
        if (!hasErrno(error, "EPERM")) return false;
      }
      const found = startOf(pid);
      return found === null || start === "" || found === start;
    },
  };
}

/**
 * Returns the processes for records in a folder that containers may share. The start of each names
 * its container, too.
 *
 * @param strangers - the answer for processes of another container, which can't be looked at.
 */
export function sharedProcesses(
  processes: Processes,
  strangers: "alive" | "ended" = "alive",
): Processes & { canAsk(start: string): boolean } {
  const space = pidSpace();
  return {
    pid: processes.pid,
    start: `${space} ${processes.start}`,
    isAlive: (other, told) => {
      const [theirs = "", ...rest] = told.split(" ");
      if (theirs !== space) return strangers === "alive";
      return processes.isAlive(other, rest.join(" "));
    },
    canAsk: (told) => told.startsWith(`${space} `) && told.length > space.length + 1,
  };
}

/** Names this process. */
export function nameThisProcess(processes: Processes): ProcessName {
  const boot = bootId();
  return {
    pid: processes.pid,
    start: processes.start,
    home: boot === "" ? "" : `${hostname()} ${boot} ${pidSpace()}`,
  };
}

/**
 * Names this machine, its boot and its container, or only the machine if the system reports no
 * boot.
 */
export function machineHome(processes: Processes): string {
  const { home } = nameThisProcess(processes);
  return home === "" ? hostname() : home;
}

/**
 * Tells whether a home is another boot of this machine, or of a machine with the same name.
 */
function isOtherBoot(home: string, own: string): boolean {
  const [host, boot, space] = home.split(" ");
  const [ownHost, ownBoot, ownSpace] = own.split(" ");
  if (space === undefined || ownSpace === undefined) return false;
  return host === ownHost && boot !== ownBoot;
}

/** A process that began something, as a record names it. */
export interface RecordedRun {
  readonly pid: number;
  readonly start: string;
  /** The machine by {@link machineHome}; missing in records of earlier versions. */
  readonly home?: string;
  /** The time of its beginning, in milliseconds since 1970. */
  readonly since?: number;
}

/**
 * Tells whether the process of a record or a claim is running.
 *
 * @param own - this machine, by {@link machineHome}.
 * @returns "unknown" for a process of another machine or container. Also "unknown" if an id is in
 * use but the system reports no start: a later process may have that id.
 */
export function stateOfRun(
  { pid, start, home, since }: RecordedRun,
  own: string,
  processes: Pick<Processes, "isAlive">,
): "alive" | "ended" | "unknown" {
  if (home === undefined || home === own) {
    if (!processes.isAlive(pid, start)) return "ended";
    return start === "" ? "unknown" : "alive";
  }
  // Two machines may have one name. Only what began before this machine's start ended with it.
  const started = Date.now() - uptime() * 1000;
  const isBefore = since !== undefined && since < started;
  return isBefore && isOtherBoot(home, own) ? "ended" : "unknown";
}

/** Reads the space in which process ids count (pid_namespaces(7)); "" except on Linux. */
function pidSpace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

/** Reads an id that changes with each start of the machine (random(4)); "" except on Linux. */
function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
  } catch {
    return "";
  }
}

/**
 * Reads the start of a process, in ticks since boot (proc(5), /proc/pid/stat, field 22) with the
 * boot's id; null except on Linux.
 */
function startOf(pid: number): string | null {
  if (platform() !== "linux") return null;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The program's name, in parentheses, may itself contain spaces and parentheses.
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    const boot = bootId();
    return ticks === undefined || boot === "" ? null : `${ticks} ${boot}`;
  } catch {
    return null;
  }
}
