import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { X25519Identity } from "../../src/age/x25519";
import { draftCipher } from "../../src/documents/drafts/draftCipher";
import { Drafts } from "../../src/documents/drafts/drafts";
import { localDisk } from "../../src/documents/disk/localDisk";
import { machineHome, machineProcesses } from "../../src/documents/disk/processes";
import type { KeySources } from "../../src/documents/questions/asking";
import { usualBuffer } from "../../src/strategies/bufferSize";
import { nativeStrategy } from "../../src/strategies/native/nativeStrategy";
import { keysOf } from "../../bench/keysOf";

/** Opens the drafts of a window's files as the extension does, with only an identity file's key. */
export class DraftReader {
  private folder: string | null = null;

  private constructor(
    private readonly dataFolder: string,
    private readonly keys: KeySources,
  ) {}

  /** @param dataFolder - VS Code's user data, where the extension keeps its drafts. */
  static async of(dataFolder: string, identityFile: string): Promise<DraftReader> {
    const line = /^AGE-SECRET-KEY-1\S+/m.exec(await readFile(identityFile, "utf8"))?.[0] ?? "";
    return new DraftReader(
      dataFolder,
      keysOf(X25519Identity.parse(new TextEncoder().encode(line))),
    );
  }

  /**
   * Decrypts the drafts of an encrypted file, the newest first.
   *
   * @param since - leaves out earlier drafts; in milliseconds since 1970.
   */
  async textsOf(path: string, since = 0): Promise<readonly string[]> {
    this.folder ??= await this.find();
    if (this.folder === null) return [];
    const processes = machineProcesses();
    const now = (): number => performance.now();
    const drafts = new Drafts({
      ...draftCipher(nativeStrategy({ now, workerFile: "", bufferSize: () => usualBuffer })),
      ...{ disk: localDisk, random: () => new Uint8Array(16), now: Date.now, keys: this.keys },
      ...{ folder: this.folder, session: "reader", processes, home: machineHome(processes) },
    });
    const texts: string[] = [];
    for (const draft of await drafts.find(path)) {
      if (draft.record.made < since) continue;
      // A draft that disappears between the two steps was dropped or replaced.
      const content = await drafts.open(draft, "never").catch(nullWhenGone);
      if (content !== null) texts.push(new TextDecoder().decode(content));
    }
    return texts;
  }

  private async find(): Promise<string | null> {
    const entries = await readdir(this.dataFolder, { recursive: true, withFileTypes: true });
    const found = entries.find((entry) => entry.isDirectory() && entry.name === "drafts");
    return found === undefined ? null : join(found.parentPath, found.name);
  }
}

function nullWhenGone(error: unknown): null {
  if (error instanceof Error && "code" in error && error.code === "not-found") return null;
  throw error;
}
