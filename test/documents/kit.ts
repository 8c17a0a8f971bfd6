import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, inject, onTestFinished } from "vitest";
import { collect, decrypt, encrypt, type Format } from "../../src/age/age";
import type { Identity, Recipient } from "../../src/age/identity";
import { AgeError } from "../../src/age/errors";
import { ScryptIdentity, ScryptRecipient } from "../../src/age/scrypt";
import { X25519Identity } from "../../src/age/x25519";
import type { Disk } from "../../src/documents/disk/disk";
import { localDisk } from "../../src/documents/disk/localDisk";
import type { Memory } from "../../src/documents/memory/memory";
import { type FileContext, unfinishedStore } from "../../src/documents/files/unfinishedStore";
import type { RecipientSources } from "../../src/documents/recipients/recipients";
import type {
  PassphraseRequest,
  Prompts,
  RecipientsAnswer,
  RecipientsQuestion,
} from "../../src/documents/questions/prompts";
import type { WriteNotice } from "../../src/documents/disk/writePrompts";
import type { Processes } from "../../src/documents/disk/processes";
import type { Versions } from "../../src/documents/versions/versionStore";
import { readIdentities } from "../../src/keys/identitySearch";
import { Keyring, type Clock } from "../../src/keys/keyring";
import { nativeStrategy } from "../../src/strategies/native/nativeStrategy";
import type { Strategy } from "../../src/strategies/strategy";
import { bytes } from "../age/kit";

export { ageError, bytes, text } from "../age/kit";

/** The people of the tests. */
export const alice = X25519Identity.generate();
export const bob = X25519Identity.generate();
export const carol = X25519Identity.generate();
export const nameOf = (identity: X25519Identity): string => identity.recipient.toString();

/** A question that Cage asked. */
export type Asked =
  | { readonly kind: "passphrase"; readonly request: PassphraseRequest }
  | { readonly kind: "work"; readonly logN: number }
  | { readonly kind: "changed"; readonly what: string }
  | { readonly kind: "recipients"; readonly question: RecipientsQuestion }
  | { readonly kind: "exposed"; readonly path: string }
  | { readonly kind: "many names"; readonly others: number }
  | { readonly kind: "mounted alone" }
  | { readonly kind: "exposure" };

/** Answers questions from lists, in order. A question without an answer fails the test. */
export class ScriptedPrompts implements Prompts {
  readonly asked: Asked[] = [];
  passphrases: (string | null)[] = [];
  works: boolean[] = [];
  choices: ("overwrite" | "reload" | "cancel")[] = [];
  agreements: (boolean | "present")[] = [];
  ways: ("rename" | "in place" | "cancel")[] = [];
  mounts: ("in place" | "cancel")[] = [];
  exposures: boolean[] = [];
  /** The notices that another program disturbed a write. */
  readonly notices: WriteNotice[] = [];
  /** Every buffer that was handed out: tests check that it was wiped. */
  readonly handedOut: Uint8Array[] = [];
  /** Runs while Cage asks for a passphrase. */
  meanwhile: () => void | Promise<void> = () => undefined;

  async passphrase(request: PassphraseRequest): Promise<Uint8Array | null> {
    this.asked.push({ kind: "passphrase", request });
    const answer = next(this.passphrases, "a passphrase");
    await this.meanwhile();
    if (answer === null) return null;
    const passphrase = bytes(answer);
    this.handedOut.push(passphrase);
    return passphrase;
  }

  async acceptWork(_path: string, logN: number): Promise<boolean> {
    this.asked.push({ kind: "work", logN });
    return Promise.resolve(next(this.works, "work"));
  }

  async changedOnDisk(_path: string, what: string): Promise<"overwrite" | "reload" | "cancel"> {
    this.asked.push({ kind: "changed", what });
    return Promise.resolve(next(this.choices, `a file that was ${what}`));
  }

  async confirmRecipients(question: RecipientsQuestion): Promise<RecipientsAnswer> {
    this.asked.push({ kind: "recipients", question });
    const answer = next(this.agreements, "recipients");
    if (answer === "present") return Promise.resolve("present");
    return Promise.resolve(answer ? "next" : "cancel");
  }

  warnExposed(path: string): void {
    this.asked.push({ kind: "exposed", path });
  }

  async manyNames(_path: string, others: number): Promise<"rename" | "in place" | "cancel"> {
    this.asked.push({ kind: "many names", others });
    return Promise.resolve(next(this.ways, "a file with several names"));
  }

  async mountedAlone(): Promise<"in place" | "cancel"> {
    this.asked.push({ kind: "mounted alone" });
    return Promise.resolve(next(this.mounts, "a file that is mounted by itself"));
  }

  async acceptExposure(): Promise<boolean> {
    this.asked.push({ kind: "exposure" });
    return Promise.resolve(next(this.exposures, "a disk without modes"));
  }

  tellWritten(notice: WriteNotice): void {
    this.notices.push(notice);
  }

  get kinds(): readonly string[] {
    return this.asked.map(({ kind }) => kind);
  }

  /** The last question about recipients. */
  get question(): RecipientsQuestion {
    const last = this.asked.findLast((one) => one.kind === "recipients");
    if (last === undefined) throw new Error("nobody was asked about recipients");
    return last.question;
  }
}

function next<T>(answers: T[], what: string): T {
  if (answers.length === 0) throw new Error(`an unexpected question about ${what}`);
  return answers.shift() as T;
}

/** A clock that stands still unless a test moves it. */
export class StillClock implements Clock {
  time = 1_000_000;
  now = (): number => this.time;
  monotonic = (): number => this.time;
  setTimer = (): (() => void) => () => undefined;
}

/** Makes a memory like VS Code's: a copy of what was put in comes out. */
export function plainMemory(): Memory & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>();
  return {
    entries,
    get: (key) => {
      const json = entries.get(key);
      return json === undefined ? undefined : (JSON.parse(json) as unknown);
    },
    set: (key, value) => {
      entries.set(key, JSON.stringify(value));
      return Promise.resolve();
    },
  };
}

/** A folder of its own for a test, and all that documents need. */
export interface Desk {
  readonly folder: string;
  readonly path: (name: string) => string;
  readonly context: FileContext;
  readonly prompts: ScriptedPrompts;
  readonly keyring: Keyring;
  readonly clock: StillClock;
  /** The identity files that Cage searches. */
  readonly identityFiles: string[];
  /** Writes a file. */
  readonly put: (name: string, content: Uint8Array | string) => Promise<string>;
  /** Writes an age file. */
  readonly encrypted: (name: string, plaintext: string, ...to: Whom) => Promise<string>;
}

type Whom = (X25519Identity | Recipient | Format)[];

/** Options of a desk. */
export interface DeskOptions {
  readonly disk?: Disk;
  /** The identities on the machine; alice's by default. */
  readonly identities?: readonly X25519Identity[];
  readonly rule?: RecipientSources["rule"];
  readonly random?: (length: number) => Uint8Array;
  readonly afterMinutes?: number;
  readonly strategy?: Strategy;
  /** The store of replaced versions; by default nothing is kept. */
  readonly versions?: Versions;
}

/** Returns a process of this machine, beside others that are alive. */
export function processNumber(pid: number, alive: ReadonlySet<number> = new Set()): Processes {
  return { pid, start: `start of ${pid}`, isAlive: (other) => alive.has(other) };
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "cage-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function desk(options: DeskOptions = {}): Promise<Desk> {
  const { disk = localDisk, identities = [alice], rule = () => null } = options;
  const folder = await temporaryFolder();
  const keys = await temporaryFolder();
  const prompts = new ScriptedPrompts();
  const clock = new StillClock();
  const keyring = new Keyring(clock, options.afterMinutes ?? 0);
  const memory = plainMemory();
  const identityFiles: string[] = [];
  for (const [index, identity] of identities.entries()) {
    const path = join(keys, `key-${index}.txt`);
    await writeFile(path, identity.encode(), { mode: 0o600 });
    identityFiles.push(path);
  }
  const findIdentities = () =>
    readIdentities(
      identityFiles.map((path) => ({ kind: "file", path, origin: "setting" }) as const),
      {
        stat: async (path) => {
          const facts = await stat(path);
          return { isFile: facts.isFile(), size: facts.size, mode: facts.mode };
        },
        readFile,
        readVariable: () => undefined,
      },
    );
  const path = (name: string): string => join(folder, name);
  const put = async (name: string, content: Uint8Array | string): Promise<string> => {
    await writeFile(path(name), content);
    return path(name);
  };
  const strategy = options.strategy ?? realStrategy();
  return {
    folder,
    path,
    prompts,
    keyring,
    clock,
    identityFiles,
    put,
    encrypted: async (name, plaintext, ...to) => put(name, await ageFile(plaintext, ...to)),
    context: {
      disk,
      memory,
      bases: plainMemory(),
      keys: { keyring, findIdentities, prompts },
      strategyFor: () => strategy,
      sources: { disk, memory, workspaceFolder: () => folder, rule },
      random: options.random ?? ((length) => new Uint8Array(randomBytes(length))),
      unfinished: unfinishedStore(join(keys, "unfinished"), processNumber(1)),
      versions: options.versions ?? { keeper: () => null },
    },
  };
}

/** Makes the extension's strategy for one test, with its own workers and runs of one chunk. */
function realStrategy(): Strategy {
  const strategy = nativeStrategy({
    now: () => performance.now(),
    workerFile: inject("workerFile"),
    bufferSize: () => 65_536,
  });
  onTestFinished(() => strategy.dispose());
  return strategy;
}

/** Makes an age file, by default a binary one for alice. */
export async function ageFile(plaintext: string | Uint8Array, ...to: Whom): Promise<Uint8Array> {
  const formats = to.filter((one) => typeof one === "string");
  const people = to.filter((one) => typeof one !== "string");
  const recipients = (people.length === 0 ? [alice] : people).map((one) =>
    one instanceof X25519Identity ? one.recipient : one,
  );
  const content = typeof plaintext === "string" ? bytes(plaintext) : plaintext;
  return collect(encrypt([content], recipients, formats[0] ?? "binary"));
}

/** Makes a cheap recipient of a passphrase. */
export const passphrase = (words: string): Recipient => new ScryptRecipient(bytes(words), 10);

/** Makes an identity that knows a passphrase. */
export function answering(words: string): Identity {
  const accept = () => Promise.resolve(true);
  return new ScryptIdentity(() => Promise.resolve(bytes(words)), accept);
}

/** Decrypts the file at a path. @returns its text. */
export async function decrypted(path: string, key: X25519Identity | string): Promise<string> {
  const identity = typeof key === "string" ? answering(key) : key;
  const plaintext = await collect(decrypt([await readFile(path)], [identity]));
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(plaintext);
}

/** Asserts that a folder holds exactly these names: no candidate was left behind. */
export async function expectNames(folder: string, ...names: readonly string[]): Promise<void> {
  expect((await readdir(folder)).sort()).toEqual([...names].sort());
}

/** Makes a failure as the disk reports it. */
export function diskFull(path: string): AgeError {
  return new AgeError("disk-full", "the disk is full", { path });
}
