import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect } from "vitest";
import { type Format, readAgeFile } from "../../../src/age/age";
import type { ProgramIdentity } from "../../../src/age/identity";
import { X25519Identity } from "../../../src/age/x25519";
import { ProgramFinder } from "../../../src/strategies/cli/program";
import type { ProgramPlaces } from "../../../src/strategies/cli/programSearch";
import { programStrategy, type ProgramStrategy } from "../../../src/strategies/cli/programStrategy";
import { ptyLoader } from "../../../src/strategies/cli/process/pty";
import type { Owner } from "../../../src/strategies/cli/process/processIdentity";
import {
  makeStagingFolder,
  removeStagingFolder,
  type StagingFolder,
} from "../../../src/strategies/cli/transfer/privateFolder";
import type { ProgramSurroundings } from "../../../src/strategies/cli/programContext";
import type { Outcome } from "../../../src/strategies/strategy";

export const alice = X25519Identity.generate();
export const names = ["pipe", "tempfile"] as const;

/** The home folder of the tests' programs. It tells them, and all that they start, from others. */
export const home = join(tmpdir(), `cage-home-of-${process.pid}`);

export const loadPty = ptyLoader("/nowhere", fileURLToPath(new URL("../../..", import.meta.url)));

/** Returns the path of a program in test/fakes. */
export function fake(name: string): string {
  return fileURLToPath(new URL(`../../fakes/${name}`, import.meta.url));
}

/** Lists where to look for a program: by default only where the setting says. */
export function placesOf(places: Partial<ProgramPlaces>): ProgramPlaces {
  return { setting: "", path: "", home, workspace: [], owner, ...places };
}

/**
 * The owner of the tests' private folders. Their names are as long as in the product, and every
 * sweep on this machine finds the process alive.
 */
export const owner: Owner = {
  ...{ pid: process.pid, start: "x".repeat(80), isAlive: () => true, canAsk: () => true },
};

/** Describes a machine with one program. */
export function surroundings(
  program: string,
  here: Partial<ProgramSurroundings> = {},
): ProgramSurroundings {
  const path = process.env["PATH"] ?? "";
  const finder = new ProgramFinder(() => placesOf({ setting: program, path }), 1000);
  return {
    ...{ now: () => performance.now(), find: (signal) => finder.find(signal), pty: loadPty },
    ...{ platform: process.platform, isTrusted: () => true, home, memoryParents: ["/dev/shm"] },
    ...{ diskParent: tmpdir(), allowsDiskStaging: () => false, bufferSize: () => 1 << 20 },
    ...{ owner, timeoutSeconds: () => 20 },
    ...here,
  };
}

/** Tells whether a program is on the PATH, and otherwise warns of the skipped tests. */
export async function findsProgram(): Promise<boolean> {
  try {
    await surroundings("").find();
    return true;
  } catch {
    console.warn("skipped: neither age nor rage is installed");
    return false;
  }
}

/** Makes a strategy that looks for its program at each operation. */
export function strategyWith(
  name: ProgramStrategy["name"],
  program: string,
  here: Partial<ProgramSurroundings> = {},
): ProgramStrategy {
  const all = surroundings(program, here);
  return {
    name,
    encrypt: async (job) => programStrategy(name, await all.find(job.signal), all).encrypt(job),
    decrypt: async (job) => programStrategy(name, await all.find(job.signal), all).decrypt(job),
  };
}

/** The place of the tests' private folders. */
export const place = { kind: "memory", parent: "/dev/shm" } as const;

/** Works with a private folder, and removes it afterwards. */
export async function withFolder<T>(work: (folder: StagingFolder) => Promise<T>): Promise<T> {
  const folder = await makeStagingFolder(place, owner);
  try {
    return await work(folder);
  } finally {
    await removeStagingFolder(folder);
  }
}

/** Decrypts bytes in memory. */
export async function decryptBytes(
  strategy: Pick<ProgramStrategy, "decrypt">,
  encrypted: Uint8Array,
  unlockedBy: ProgramIdentity,
  more: { readonly signal?: AbortSignal } = {},
): Promise<Outcome> {
  const { header, format } = await readAgeFile([encrypted]);
  return strategy.decrypt({
    ...{ input: { kind: "memory", bytes: encrypted }, output: { kind: "memory" } },
    ...{ header, format, fileKey: new Uint8Array(16), unlockedBy, ...more },
  });
}

/** Encrypts bytes in memory for alice. */
export function encryptBytes(
  strategy: Pick<ProgramStrategy, "encrypt">,
  plaintext: Uint8Array,
  more: { readonly signal?: AbortSignal; readonly format?: Format } = {},
): Promise<Outcome> {
  return strategy.encrypt({
    ...{ input: { kind: "memory", bytes: plaintext }, output: { kind: "memory" } },
    ...{ format: "binary", recipients: [alice.recipient], ...more },
  });
}

export const byAlice = (): ProgramIdentity => ({ kind: "identity", text: alice.encode() });

/** Lists every process with the tests' home folder, and its command line. */
export function programs(): readonly { readonly pid: number; readonly line: string }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        if (!readFileSync(`/proc/${name}/environ`, "latin1").includes(`HOME=${home}\0`)) return [];
        return [{ pid: Number(name), line: readFileSync(`/proc/${name}/cmdline`, "latin1") }];
      } catch {
        return [];
      }
    });
}

/** Lists children that have ended but were not waited for. */
function zombies(): readonly string[] {
  return readdirSync("/proc").filter((name) => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "latin1");
      const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return state === "Z" && Number(parent) === process.pid;
    } catch {
      return false;
    }
  });
}

/** Lists the private folders of this process. */
export function folders(): readonly string[] {
  return [...readdirSync("/dev/shm"), ...readdirSync(tmpdir())].filter((name) =>
    name.startsWith(`cage-${process.pid}-`),
  );
}

/** Lists open files, pipes, sockets and terminals, except for those of the runtime itself. */
function descriptors(): readonly string[] {
  return readdirSync("/proc/self/fd").flatMap((name) => {
    try {
      const leadsTo = readlinkSync(`/proc/self/fd/${name}`);
      // Other code closes the tests' own files later.
      if (leadsTo.includes("/test-of-cage-")) return [];
      return /^(pipe|socket):|ptmx|\/shm\/|\/tmp\/|FIFO/.test(leadsTo) ? [leadsTo] : [];
    } catch {
      return [];
    }
  });
}

/** Makes each test of a file prove that it leaves no process, folder or descriptor behind. */
export function expectNothingLeft(): void {
  let before = descriptors().length;
  beforeEach(() => {
    before = descriptors().length;
  });
  afterEach(async () => {
    await expect.poll(programs, { timeout: 8000 }).toEqual([]);
    await expect.poll(zombies).toEqual([]);
    expect(folders()).toEqual([]);
    await expect.poll(() => descriptors().length).toBeLessThanOrEqual(before);
  });
}
