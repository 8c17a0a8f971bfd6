import { join } from "node:path";
import { hexOf } from "../../age/bytes";
import { shortDigest } from "../disk/digest";

/** Returns the path of a window's draft of a file. Its name consists of digests of both. */
export function draftPath(folder: string, path: string, session: string): string {
  return join(folder, `${shortDigest(path)}.${shortDigest(session)}.draft`);
}

/** Tells whether a name is that of a draft, or of a draft of this path if one is given. */
export function isDraftName(name: string, path?: string): boolean {
  if (!/^[0-9a-f]{32}\.[0-9a-f]{32}\.draft$/.test(name)) return false;
  return path === undefined || name.startsWith(shortDigest(path));
}

/** The process that writes a candidate, according to the candidate's name. */
export interface CandidateOwner {
  /** The digests of the machine's name and of the window's session. */
  readonly home: string;
  readonly session: string;
  readonly pid: number;
}

/** Names the process that writes a candidate. */
export function candidateOwner(home: string, session: string, pid: number): CandidateOwner {
  return { home: shortDigest(home), session: shortDigest(session), pid };
}

/** Makes the hidden path of a candidate for a draft, with 12 random bytes. */
export function candidatePath(folder: string, owner: CandidateOwner, random: Uint8Array): string {
  const { home, session, pid } = owner;
  return join(folder, `.${home}.${session}.${pid}.${hexOf(random)}.cage-candidate`);
}

/** Reads the owner from a candidate's name; null for other names. */
export function ownerOfCandidate(name: string): CandidateOwner | null {
  const parts =
    /^\.([0-9a-f]{32})\.([0-9a-f]{32})\.([1-9][0-9]{0,9})\.[0-9a-f]{24}\.cage-candidate$/;
  const [, home, session, pid] = parts.exec(name) ?? [];
  if (home === undefined || session === undefined) return null;
  return { home, session, pid: Number(pid) };
}
