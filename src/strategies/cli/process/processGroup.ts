import { endThose } from "./processMark";

/** The time in which a program may end by itself once it was asked to, in milliseconds. */
export const patience = 2000;

/** The process groups of programs that run, by their leaders, with the marks of all in them. */
const groups = new Map<number, string | null>();
/** True once this process ends, so that no program may outlive its start. */
let isOver = false;

/** A program that leads a process group of its own, and all that it started. */
export interface ProgramGroup {
  /** Asks all of it to end, and ends what does not. */
  readonly end: () => void;
  /**
   * To be called at once when the program has ended: ends what it left, and never signals again.
   */
  readonly ended: () => void;
}

/**
 * Notes a program, so that it ends with us at the latest.
 *
 * @param mark - by which all that it starts is found, even what leaves its group; null if it has
 * none.
 */
export function programGroup(leader: number, mark: string | null): ProgramGroup {
  groups.set(leader, mark);
  let timer: NodeJS.Timeout | undefined;
  if (isOver && !signalGroup(leader, "SIGKILL")) signal(leader, "SIGKILL");
  return {
    end: () => {
      if (timer !== undefined || !groups.has(leader)) return;
      // Right after its start, it may lead no group yet.
      if (!signalGroup(leader, "SIGTERM")) signal(leader, "SIGTERM");
      timer = setTimeout(() => {
        signalGroup(leader, "SIGKILL");
      }, patience);
    },
    ended: () => {
      clearTimeout(timer);
      // The number may soon be that of another program, unless something of this one is left.
      if (!groups.delete(leader)) return;
      signalGroup(leader, "SIGKILL");
      if (mark !== null) endThose((other) => other === mark);
    },
  };
}

/**
 * Ends all programs at once, also those that are only starting, for when this process ends itself.
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

/** @returns whether there is anything that could be signalled. */
function signal(target: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(target, name);
  } catch {
    return false;
  }
}
