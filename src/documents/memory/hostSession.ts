import type { Memory } from "./memory";
import { stateOfRun, type ProcessName, type Processes } from "../disk/processes";

/** An extension host, and the session of its drafts. */
export interface HostSession extends ProcessName {
  readonly session: string;
}

const key = "cage.host";

/**
 * Returns the session for the drafts of an extension host that starts. If the host before it ended
 * while the window's texts stayed, VS Code starts a new one, which continues that host's drafts.
 *
 * @param memory - the workspace's, which remembers the previous host.
 * @param isBesideUnsaved - true if the window held unsaved text before this host started.
 * @param fresh - makes a new session, for a host that continues no other.
 */
export function sessionOfHost(
  memory: Memory,
  processes: Pick<Processes, "isAlive">,
  home: string,
  isBesideUnsaved: boolean,
  fresh: () => string,
): string {
  const last = memory.get(key);
  if (!isBesideUnsaved || !isHostSession(last)) return fresh();
  return stateOfRun(last, home, processes) === "ended" ? last.session : fresh();
}

/** Remembers an extension host for the next one. */
export async function rememberHost(memory: Memory, host: HostSession): Promise<void> {
  await memory.set(key, host);
}

function isHostSession(value: unknown): value is HostSession {
  if (typeof value !== "object" || value === null) return false;
  const { pid, start, home, session } = value as Partial<Record<keyof HostSession, unknown>>;
  return (
    typeof pid === "number" &&
    [start, home].every((text) => typeof text === "string" && text.length <= 1000) &&
    typeof session === "string" &&
    /^[0-9a-f]{32}$/.test(session)
  );
}
