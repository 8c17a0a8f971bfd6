import { constants, lstat, open, rename, unlink, utimes } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { hexOf, utf8 } from "../../age/bytes";
import { AgeError, type Holder } from "../../age/errors";
import { randomBytes, sha256Hex } from "../../age/primitives";
import { hasErrno } from "../../age/systemFailure";
import { hiddenPath } from "./hiddenNames";
import {
  machineHome,
  machineProcesses,
  nameThisProcess,
  stateOfRun,
  type ProcessName,
  type Processes,
} from "./processes";

/**
 * Claims a name in a folder, by a file beside it that only one process can create. The claim lies
 * there, and not in the extension's storage, so that every Cage that sees the name sees the claim:
 * in other versions of VS Code, containers and machines. Spellings that the disk takes for one name
 * share one claim.
 *
 * The claim of a process that ended is taken over at once. The claim of a process that can't be
 * looked at from here (on another machine, container or boot) is taken over once it has stood
 * unchanged for `patience.stranger`.
 *
 * @param target - the real path of the name.
 * @returns the function that releases the claim; it does not fail.
 * @throws AgeError "busy" after `patience.alive`, or an error of the system as it is.
 */
export async function claimName(
  target: string,
  signal?: AbortSignal,
  patience: Patience = usualPatience,
): Promise<() => Promise<void>> {
  const folded = basename(target).normalize("NFC").toLowerCase();
  const wait = { target, signal, patience, began: performance.now() };
  return (await claimFile(claimPath(target, folded), wait)).release;
}

/** The times to wait for a claim of others, in milliseconds. */
export interface Patience {
  /** The time for a process that is still running. */
  readonly alive: number;
  /** The time for a process that can't be looked at from here; a write takes some milliseconds. */
  readonly stranger: number;
  /** The time for an empty claim: its content is written right after its creation. */
  readonly unwritten: number;
}

const usualPatience: Patience = { alive: 20_000, stranger: 10_000, unwritten: 2000 };

/**
 * Returns the path of the file that claims a key. Its digest, of 24 digits, keeps the name short.
 */
function claimPath(target: string, key: string): string {
  return hiddenPath(target, sha256Hex(utf8(key)).slice(0, 24), "cage-claim");
}

/** A wait for a claim, including the claims that must be broken for it. */
interface Wait {
  readonly target: string;
  readonly signal: AbortSignal | undefined;
  readonly patience: Patience;
  /** The time at which it began, in milliseconds. */
  readonly began: number;
}

/** A claim that this process holds, and the line that tells it from all others. */
interface NameClaim {
  readonly own: string;
  readonly release: () => Promise<void>;
}

async function claimFile(path: string, wait: Wait): Promise<NameClaim> {
  const { target, signal, patience, began } = wait;
  const processes = machineProcesses();
  const mark = hexOf(randomBytes(8));
  const own = JSON.stringify({ ...nameThisProcess(processes), mark });
  let seen = { content: "", since: performance.now() };
  for (let delay = 1; ; delay = Math.min(delay * 2, 20)) {
    signal?.throwIfAborted();
    // Others may have taken the claim over while this process was paused between creating and
    // writing.
    if ((await createExclusively(path, own)) && isOwn(await contentOf(path), own)) {
      return { own, release: hold(path, own) };
    }
    const content = await contentOf(path);
    if (content === null) continue;
    const now = performance.now();
    if (content !== seen.content) seen = { content, since: now };
    if (isOver(content, now - seen.since, patience, processes)) {
      const taken = await takeOver(path, content, wait);
      if (taken !== null) return taken;
      continue;
    }
    if (now - began > patience.alive) {
      throw new AgeError("busy", "another window of Cage is writing it", {
        path: target,
        ...holderIn(content, processes),
      });
    }
    await pause(delay * (0.5 + Math.random()), undefined, { signal });
  }
}

/**
 * Takes over a claim whose process is gone. Others may try the same at once, and one of them may
 * have made a new claim already. Therefore this claims the take-over first, and then looks again.
 * The claim of the take-over is renamed to the claim, so a crash leaves no other file.
 *
 * @returns null if it is another claim by now.
 */
async function takeOver(path: string, content: string, wait: Wait): Promise<NameClaim | null> {
  const taking = claimPath(wait.target, `${basename(path)} ${content}`);
  const { own, release: releaseTaking } = await claimFile(taking, wait);
  try {
    // Nobody else may take it over now, so the claim that was read is the one that is replaced.
    if ((await contentOf(path)) !== content) return null;
    await rename(taking, path);
    return isOwn(await contentOf(path), own) ? { own, release: hold(path, own) } : null;
  } catch (error) {
    if (!hasErrno(error, "EISDIR", "EPERM", "EACCES")) throw error;
    throw new AgeError("busy", `something else has the name ${basename(path)}`, {
      path: wait.target,
    });
  } finally {
    await releaseTaking();
  }
}

function isOver(
  content: string,
  unchangedFor: number,
  patience: Patience,
  processes: Processes,
): boolean {
  const holder = parseHolder(content);
  if (holder === null) return unchangedFor > patience.unwritten;
  const state = stateOfRun(holder, machineHome(processes), processes);
  return state === "ended" || (state === "unknown" && unchangedFor > patience.stranger);
}

async function createExclusively(path: string, content: string): Promise<boolean> {
  const file = await open(path, "wx", 0o600).catch((error: unknown) => {
    if (hasErrno(error, "EEXIST")) return null;
    throw error;
  });
  if (file === null) return false;
  try {
    await file.writeFile(content);
  } catch (error) {
    await unlink(path);
    throw error;
  } finally {
    await file.close();
  }
  return true;
}

/** Keeps a claim fresh until its release, for processes that can't look at this one. */
function hold(path: string, own: string): () => Promise<void> {
  const timer = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, freshFor);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await release(path, own);
  };
}

const freshFor = 3000;

function isOwn(content: string | null, own: string): boolean {
  return content?.split("\n")[0] === own;
}

/**
 * Reads a claim: its first line, and below it the time when it was last touched; null when nothing
 * is there. Anybody may have put a file there, even in a repository, so this opens no links or
 * pipes and reads only the beginning of a long file.
 */
async function contentOf(path: string): Promise<string | null> {
  try {
    const facts = await lstat(path);
    if (!facts.isFile()) return `not a file: ${facts.ino}`;
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const { buffer, bytesRead } = await file.read(new Uint8Array(longest), 0, longest, 0);
      const text = new TextDecoder().decode(buffer.subarray(0, bytesRead));
      return `${text.replaceAll("\n", " ")}\n${(await file.stat()).mtimeMs}`;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (hasErrno(error, "ENOENT")) return null;
    throw error;
  }
}

/** The number of bytes read from a claim. Every claim is shorter. */
const longest = 1024;

/**
 * Removes a claim, but not one that was taken over meanwhile. If this fails, the claim ends with
 * its process.
 */
async function release(path: string, own: string): Promise<void> {
  try {
    if (isOwn(await contentOf(path), own)) await unlink(path);
  } catch {
    return;
  }
}

/** Names the process that holds a claim, for the user; empty if the claim names none. */
function holderIn(content: string, processes: Processes): { readonly holder?: Holder } {
  const holder = parseHolder(content);
  if (holder === null) return {};
  const { pid, home } = holder;
  const isAlive = stateOfRun(holder, machineHome(processes), processes) === "alive";
  return { holder: { pid, host: home.split(" ")[0] ?? "", since: null, isAlive } };
}

function parseHolder(content: string): ProcessName | null {
  try {
    const { pid, start, home } = JSON.parse(content.split("\n")[0] ?? "") as Record<
      string,
      unknown
    >;
    const isWhole =
      typeof pid === "number" && typeof start === "string" && typeof home === "string" && pid > 0;
    return isWhole ? { pid, start, home } : null;
  } catch {
    return null;
  }
}
