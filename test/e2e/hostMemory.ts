import { closeSync, openSync, readSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { inProject } from "../../scripts/project.mjs";
import { sizeOfObjects, stringsOf, type HeapSnapshot } from "../heapSnapshot";
import type { WorkbenchOptions } from "./launch";

/** The secrets to look for, by the names that the tests show. */
export type Secrets = Readonly<Record<string, string | Uint8Array>>;

/** A secret in memory that is still reachable. */
export interface Finding {
  readonly secret: string;
  /** The kind of value. A "channel" is a buffer of Node and VS Code for messages of the process. */
  readonly in: "string" | "buffer" | "channel";
  readonly thread: "main" | "worker";
}

/** A look into the threads of an extension host. */
export interface Look {
  readonly findings: readonly Finding[];
  readonly workers: number;
  /** The numbers of examined values: they tell a clean memory from a blind look. */
  readonly strings: number;
  readonly buffers: number;
}

/**
 * The sizes of two kinds of buffers: Node's pool of small ones, and those into which VS Code
 * unpacks messages. No test document and no engine's memory has these sizes.
 */
const channelSizes: ReadonlySet<number> = new Set([8192, 16384]);

/** The memory of an extension host. */
export class HostMemory {
  /** @param folder - a place for the threads' sockets, and briefly for what is read. */
  constructor(private readonly folder: string) {}

  /** The options for a workbench whose extension host can be examined. */
  get options(): Partial<WorkbenchOptions> {
    return {
      env: { CAGE_MEMORY_PROBE: this.folder },
      preload: [inProject("test/e2e/memoryProbe.cjs")],
    };
  }

  /** Looks for secrets in everything reachable, in all threads. */
  async look(secrets: Secrets): Promise<Look> {
    const findings: Finding[] = [];
    let [strings, buffers] = [0, 0];
    const threads = await this.threads();
    for (const socket of threads) {
      const thread = socket === threads[0] ? "main" : "worker";
      const heap = stringsOf(await this.snapshot(socket));
      strings += heap.length;
      for (const secret of inStrings(heap, secrets))
        findings.push({ secret, in: "string", thread });
      const found = await this.buffers(socket);
      buffers += found.length;
      for (const [secret, value] of Object.entries(secrets)) {
        const holding = found.filter((one) => formsOf(value).some((form) => one.includes(form)));
        const places = holding.map(({ length }) =>
          channelSizes.has(length) ? "channel" : "buffer",
        );
        for (const place of new Set(places)) findings.push({ secret, in: place, thread });
      }
    }
    return { findings, workers: threads.length - 1, strings, buffers };
  }

  /** Sums up the objects of the extension host's main thread. */
  async size(): Promise<{ readonly bytes: number; readonly count: number }> {
    const [main = ""] = await this.threads();
    return sizeOfObjects(await this.snapshot(main));
  }

  /**
   * Counts the copies of secrets in all memory of the process, also in freed memory that waits for
   * its next use. Null if the system does not show it.
   */
  async copies(secrets: Secrets): Promise<Readonly<Record<string, number>> | null> {
    const [main = ""] = await this.threads();
    return copiesIn(parseInt(main), secrets).catch(() => null);
  }

  /** Lists the threads by their sockets, the main one first. */
  private async threads(): Promise<readonly string[]> {
    const sockets = (await readdir(this.folder)).filter((name) => name.endsWith(".sock"));
    return sockets.sort();
  }

  private async snapshot(socket: string): Promise<HeapSnapshot> {
    const file = join(this.folder, "strings");
    await this.ask(socket, "strings", file);
    const heap = JSON.parse(await readFile(file, "utf8")) as HeapSnapshot;
    await rm(file);
    return heap;
  }

  private async buffers(socket: string): Promise<readonly Buffer[]> {
    const file = join(this.folder, "bytes");
    const sizes = (await this.ask(socket, "bytes", file)) as readonly number[];
    const bytes = await readFile(file);
    await rm(file);
    let at = 0;
    return sizes.map((size) => bytes.subarray(at, (at += size)));
  }

  private ask(socket: string, look: string, file: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const connection = connect(join(this.folder, socket));
      let answer = "";
      connection.on("data", (data) => (answer += data.toString()));
      connection.on("error", reject);
      connection.on("end", () => {
        resolve(JSON.parse(answer));
      });
      connection.write(JSON.stringify({ look, file }));
    });
  }
}

/** Finds the secrets that are texts, by searching strings. */
export function inStrings(strings: readonly string[], secrets: Secrets): readonly string[] {
  return Object.entries(secrets)
    .filter(([, value]) => typeof value === "string" && strings.some((one) => one.includes(value)))
    .map(([name]) => name);
}

/** Returns the forms in which memory may hold a secret. */
function formsOf(value: string | Uint8Array): readonly Buffer[] {
  if (typeof value !== "string") return [Buffer.from(value)];
  return [Buffer.from(value, "utf8"), Buffer.from(value, "utf16le")];
}

/**
 * Searches the writable memory of a process, as far as it is resident.
 *
 * @returns the number of copies of each secret.
 */
async function copiesIn(pid: number, secrets: Secrets): Promise<Record<string, number>> {
  const counts = Object.fromEntries(Object.keys(secrets).map((name) => [name, 0]));
  const maps = await readFile(`/proc/${pid}/smaps`, "latin1");
  const memory = openSync(`/proc/${pid}/mem`, "r");
  const block = Buffer.alloc(4 * 1024 * 1024);
  /** The overlap of two blocks, so that a secret across the end of one lies whole in the next. */
  const overlap = 256;
  try {
    for (const [, from = "", to = "", resident] of maps.matchAll(writable)) {
      const end = resident === "0" ? 0 : parseInt(to, 16);
      for (let at = parseInt(from, 16); at < end; at += block.length - overlap) {
        const length = readFrom(memory, block, Math.min(block.length, end - at), at);
        const bytes = block.subarray(0, length);
        const isLast = at + block.length >= end;
        for (const [name, value] of Object.entries(secrets)) {
          for (const form of formsOf(value)) {
            for (let i = bytes.indexOf(form); i !== -1; i = bytes.indexOf(form, i + 1)) {
              if (isLast || i < block.length - overlap) counts[name] = (counts[name] ?? 0) + 1;
            }
          }
        }
      }
    }
  } finally {
    closeSync(memory);
  }
  return counts;
}

const writable = /^([0-9a-f]+)-([0-9a-f]+) rw.*\n(?:(?![0-9a-f]+-).*\n)*?Rss: +(\d+) kB/gm;

function readFrom(file: number, into: Buffer, length: number, at: number): number {
  try {
    return readSync(file, into, 0, length, at);
  } catch {
    // Some mappings can't be read.
    return 0;
  }
}
