import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { randomBytes } from "../../src/age/primitives";
import type { AgeError } from "../../src/age/errors";
import type { Disk } from "../../src/documents/disk/disk";
import type { VersionRules } from "../../src/documents/versions/keepVersion";
import { localDisk } from "../../src/documents/disk/localDisk";
import { parseRetention } from "../../src/documents/versions/retention";
import { VersionStore } from "../../src/documents/versions/versionStore";
import { bytes, desk, temporaryFolder, type Desk, type DeskOptions } from "./kit";
import { silentDocuments } from "./silentDocuments";

/** A desk whose replaced versions are kept in a folder of their own. */
export interface VersionDesk extends Desk {
  readonly store: VersionStore;
  /** The folder of versions. */
  readonly root: string;
  rules: { -readonly [Key in keyof VersionRules]: VersionRules[Key] };
  /** The time, which the test moves. */
  time: number;
  readonly notKept: { readonly path: string; readonly code: string }[];
  /** Reads a document, saves texts over it in order, and waits for the pruning. */
  readonly save: (path: string, ...texts: readonly string[]) => Promise<void>;
  /** Lists every file below the folder of versions by its relative path. */
  readonly kept: () => Promise<readonly string[]>;
}

/** A day in 2026. */
export const someDay = Date.UTC(2026, 10, 28, 12);

export async function versionDesk(
  retention: string,
  options: DeskOptions & { readonly disk?: Disk } = {},
): Promise<VersionDesk> {
  const root = join(await temporaryFolder(), "versions");
  const notKept: { path: string; code: string }[] = [];
  const rule = parseRetention(retention);
  if (rule === null) throw new Error(retention);
  const store = new VersionStore({
    disk: options.disk ?? localDisk,
    random: randomBytes,
    now: () => made.time,
    rules: () => made.rules,
    writtenFor: () => null,
    tellNotKept: (path: string, { code }: AgeError) => notKept.push({ path, code }),
  });
  const at = await desk({ ...options, versions: store });
  const made: VersionDesk = {
    ...at,
    ...{ store, root, notKept, time: someDay },
    rules: { retention: rule, folder: root, maxBytes: 1e9 },
    save: async (path, ...texts) => {
      for (const text of texts) {
        const documents = silentDocuments(at.context);
        await documents.read(path, "ask");
        await documents.write(path, bytes(text), "when changed");
        await store.settled();
      }
    },
    kept: () => filesBelow(root),
  };
  return made;
}

async function filesBelow(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}

/** Decrypts a file's versions, the oldest first. */
export async function textsOf(
  { store }: VersionDesk,
  path: string,
  decrypted: (path: string) => Promise<string>,
): Promise<readonly string[]> {
  return Promise.all((await store.versionsOf(path)).map((version) => decrypted(version.path)));
}

/** Reads the manifest beside a version. */
export async function manifestOf(path: string): Promise<Record<string, unknown>> {
  const text = await readFile(path.replace(/-[^/]*$/, ".json"), "utf8");
  return JSON.parse(text) as Record<string, unknown>;
}
