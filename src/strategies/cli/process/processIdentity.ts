import { randomBytes } from "../../../age/primitives";

/** This process, and what is known of others, by what names tell of them. */
export interface Owner {
  readonly pid: number;
  /** A mark that tells this process from an earlier one with the same id. */
  readonly start: string;
  isAlive(pid: number, start: string): boolean;
  /** Tells whether `isAlive` knows: nobody can look into another container. */
  canAsk(start: string): boolean;
}

/** An unguessable name for something of a process, which tells whose it is. */
export function ownedName({ pid, start }: Owner): string {
  const random = Buffer.from(randomBytes(8)).toString("hex");
  return `${prefix}${pid}-${Buffer.from(start).toString("hex")}-${random}`;
}

/** Whose a name is; null for one that is not of {@link ownedName}. */
export function processOf(name: string): Pick<Owner, "pid" | "start"> | null {
  const [, pid, start] = pattern.exec(name) ?? [];
  if (pid === undefined || start === undefined) return null;
  return { pid: Number(pid), start: Buffer.from(start, "hex").toString() };
}

const prefix = "cage-";
const pattern = /^cage-(\d{1,10})-([0-9a-f]*)-[0-9a-f]{16}$/;
