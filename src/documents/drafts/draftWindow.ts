import { stateOfRun, type Processes } from "../disk/processes";
import type { DraftOrigin } from "./draftFile";

/** The window that looks at drafts. */
export interface ThisWindow {
  /** The id of this extension host. */
  readonly session: string;
  readonly processes: Processes;
  /** The machine, as drafts name it; outside of tests by {@link machineHome}. */
  readonly home: string;
}

/**
 * The window that made a draft. If it is on another machine or in another container, it counts as
 * alive.
 */
export type DraftWindow = "this window" | "another window" | "a window that is gone";

/** Finds out which window made a draft. */
export function windowOf(
  origin: DraftOrigin,
  { session, processes, home }: ThisWindow,
): DraftWindow {
  if (origin.session === session) return "this window";
  const { pid, start } = processes;
  // Another session of this process: this window has set the draft apart.
  const isOwn = origin.home === home && origin.pid === pid && origin.start === start;
  // The process began before it made the draft.
  const run = { ...origin, since: origin.made };
  return isOwn || stateOfRun(run, home, processes) === "ended"
    ? "a window that is gone"
    : "another window";
}
