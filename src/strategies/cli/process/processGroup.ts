import { endThose } from "./processMark";

/** The time that a program has to end by itself once it was asked to, in milliseconds. */
export const patience = 2000;

/** The process groups of the running programs: their marks, by their leaders. */
const groups = new Map<number, string | null>();
/** True once this process ends. A program that starts after that is killed at once. */
let isOver = false;

/** A program that leads a process group of its own, and everything that it started. */
export interface ProgramGroup {
  /** Asks all of them to end, and kills those that do not. */
  readonly end: () => void;
  /**
   * Kills the processes that the program left, and never signals again. The caller calls it as soon
   * as the program has ended.
   */
  readonly ended: () => void;
}

/**
 * Registers a program, so that it ends with this process at the latest.
 *
 * @param mark - the mark of everything that it starts, even of a process that leaves its group;
 * null if it has no mark.
 */
export function programGroup(leader: number, mark: string | null): ProgramGroup {
  groups.set(leader, mark);
  let timer: NodeJS.Timeout | undefined;
  if (isOver && !signalGroup(leader, "SIGKILL")) signal(leader, "SIGKILL");
  return {
    end: () => {
      if (timer !== undefined || !groups.has(leader)) return;
      // Right after its start, it may not lead a group yet.
      if (!signalGroup(leader, "SIGTERM")) signal(leader, "SIGTERM");
      timer = setTimeout(() => {
        signalGroup(leader, "SIGKILL");
      }, patience);
    },
    ended: () => {
      clearTimeout(timer);
      // Another program may soon have the number, unless a process of this group is left.
      if (!groups.delete(leader)) return;
      signalGroup(leader, "SIGKILL");
      if (mark !== null) endThose((other) => other === mark);
    },
  };
}

/**
 * Kills all programs at once, also those that are only starting, because this process itself ends.
 */
export function endAllPrograms(): void {
  isOver = true;
  const marks = new Set(groups.values());
  for (const leader of groups.keys()) signalGroup(leader, "SIGKILL");
  endThose((mark) => marks.has(mark));
}

function signalGroup(leader: number, name: NodeJS.Signals): boolean {
  return signal(-leader, name);
}

/**
 * Sends a signal.
 *
 * @returns true if there was a process to send it to.
 */
function signal(target: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(target, name);
  } catch {
    return false;
  }
}
