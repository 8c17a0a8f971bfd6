import { randomBytes } from "../../../age/primitives";

/** This process, and whether another one still runs, as names made by `ownedName` record it. */
export interface Owner {
  readonly pid: number;
  /** A mark that tells this process from an earlier one with the same id. */
  readonly start: string;
  /** Tells whether the process with this id and start still runs. */
  isAlive(pid: number, start: string): boolean;
  /** Tells whether `isAlive` can know it: nobody can look into another container. */
  canAsk(start: string): boolean;
}

/** Makes an unguessable name for something that a process owns. It identifies the process. */
export function ownedName({ pid, start }: Owner): string {
  const random = Buffer.from(randomBytes(8)).toString("hex");
  return `${prefix}${pid}-${Buffer.from(start).toString("hex")}-${random}`;
}

/** Returns the process that owns a name, or null if {@link ownedName} did not make the name. */
export function processOf(name: string): Pick<Owner, "pid" | "start"> | null {
  const [, pid, start] = pattern.exec(name) ?? [];
  if (pid === undefined || start === undefined) return null;
  return { pid: Number(pid), start: Buffer.from(start, "hex").toString() };
}

const prefix = "cage-";
const pattern = /^cage-(\d{1,10})-([0-9a-f]*)-[0-9a-f]{16}$/;
