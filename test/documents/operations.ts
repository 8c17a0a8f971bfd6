import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { decryptFile } from "../../src/documents/files/decryptFile";
import { localDisk } from "../../src/documents/disk/localDisk";
import { encryptFile } from "../../src/documents/files/encryptFile";
import type { Encryption } from "../../src/documents/files/encryption";
import type { FileOutcome } from "../../src/documents/files/fileOutcome";
import { isPartialName } from "../../src/documents/disk/hiddenNames";
import { unfinishedStore } from "../../src/documents/files/unfinishedStore";
import type { Strategy } from "../../src/strategies/strategy";
import { plaintextOf } from "../age/kit";
import { alice, nameOf, processNumber, type Desk } from "./kit";
import { plainStrategy, type BeforeWrite } from "./plainStrategy";

/** Agrees to overwrite the present version of a file. */
export async function shown(path: string): Promise<{ readonly replace: string }> {
  const facts = await localDisk.facts(path);
  if (facts === null) throw new Error(`${path} is not there`);
  return { replace: facts.version };
}

/** Ignores progress. */
export const silent = (): void => undefined;

/** Describes an encryption for alice, beside the source. */
export function forAlice(source: string, facts: Partial<Encryption> = {}): Encryption {
  return {
    ...{ source, target: `${source}.age`, existing: "keep", format: "binary" },
    ...{ recipients: [alice.recipient], named: [{ text: nameOf(alice) }], identities: [alice] },
    ...{ readBack: "no", original: "keep" },
    ...facts,
  };
}

/** Returns a desk's context in another process of the machine, in which nothing runs. */
export function inProcess(
  at: Desk,
  pid: number,
  facts: { readonly strategy?: Strategy; readonly alive?: ReadonlySet<number> } = {},
): Desk["context"] {
  const { folder } = at.context.unfinished;
  const { strategy } = facts;
  const strategyFor = strategy === undefined ? at.context.strategyFor : () => strategy;
  const unfinished = unfinishedStore(folder, processNumber(pid, facts.alive));
  return { ...at.context, strategyFor, unfinished };
}

/**
 * Makes a strategy that stops at so many bytes, as if its process had died. It fails when the test
 * is over, which closes its files.
 */
export function dying(at: number): { readonly strategy: Strategy; readonly died: Promise<void> } {
  let die: () => void = silent;
  const died = new Promise<void>((resolve) => (die = resolve));
  const end = new Promise<void>((resolve) => {
    onTestFinished(() => {
      resolve();
    });
  });
  const beforeWrite: BeforeWrite = async (written) => {
    if (written < at) return;
    die();
    await end;
    throw new Error("it has died");
  };
  return { strategy: plainStrategy(beforeWrite), died };
}

/** Begins an operation in a process of its own, which dies after so many bytes. */
export async function begun(
  at: Desk,
  pid: number,
  bytes: number,
  what: { readonly encrypt: Encryption } | { readonly decrypt: Parameters<typeof decryptFile>[0] },
): Promise<void> {
  const { strategy, died } = dying(bytes);
  const context = inProcess(at, pid, { strategy });
  const ended =
    "encrypt" in what
      ? encryptFile(what.encrypt, context, silent)
      : decryptFile(what.decrypt, context, silent);
  const hasEnded = ended.then(
    () => "ended",
    () => "failed",
  );
  expect(await Promise.race([died, hasEnded])).toBeUndefined();
}

/** Flips a bit in a file. */
export async function flip(path: string, position: number): Promise<void> {
  const content = await readFile(path);
  content[position] = (content[position] ?? 0) ^ 1;
  await writeFile(path, content);
}

/** Finds the only record of a desk. */
export async function recordOf(at: Desk): Promise<string> {
  const { folder } = at.context.unfinished;
  const [name = ""] = await readdir(folder);
  return join(folder, name);
}

/** Finds the only partial in a folder. */
export async function partialIn(folder: string): Promise<string> {
  const [name, ...others] = (await readdir(folder)).filter(isPartialName);
  expect(others).toEqual([]);
  if (name === undefined) throw new Error("there is no partial");
  return join(folder, name);
}

/** Takes from an outcome how much was done before, and why more was not. */
export function story({ report, startedAnew }: FileOutcome): [number, string | null] {
  return [report.resumedBytes, startedAnew];
}

/** The facts in a record that name a run in another container. */
export interface Elsewhere {
  readonly host: string;
  readonly since: number;
  readonly start?: string;
}

/** Returns the home of a run in another container. */
export function homeOn(host: string): string {
  return `${host} 1-2-3 pid:[4026530000]`;
}

/**
 * Begins the encryption of "a" as process 2 of another container. Nobody here can look at it.
 *
 * @returns the path of its record.
 */
export async function begunElsewhere(at: Desk, { host, ...facts }: Elsewhere): Promise<string> {
  await begun(at, 2, 65_536, { encrypt: forAlice(await at.put("a", plaintextOf(200_000))) });
  const record = await recordOf(at);
  const content = JSON.parse(await readFile(record, "utf8")) as object;
  await writeFile(record, JSON.stringify({ ...content, ...facts, home: homeOn(host) }));
  return record;
}
