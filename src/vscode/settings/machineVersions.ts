import { basename } from "node:path";
import type { AgeError } from "../../age/errors";
import { randomBytes } from "../../age/primitives";
import { localDisk } from "../../documents/disk/localDisk";
import { writtenFor, type Memory } from "../../documents/memory/memory";
import { VersionStore } from "../../documents/versions/versionStore";
import { quoted } from "../wording/foreignText";
import { sentence } from "../wording/failureText";
import type { Log } from "../log";
import { settings } from "./settings";
import { offerSettings } from "../offerSettings";

/**
 * Makes the store of replaced versions, by the settings.
 *
 * @param usual - the folder of versions if the settings name none.
 */
export function machineVersions(usual: string, memory: Memory, log: Log): VersionStore {
  const notices = new NotKeptNotices();
  return new VersionStore({
    disk: localDisk,
    random: randomBytes,
    now: Date.now,
    rules: () => ({
      retention: settings.retention(),
      folder: settings.backupFolder() || usual,
      maxBytes: settings.backupBytes(),
    }),
    writtenFor: (path, digest) => writtenFor(memory, path, digest),
    tellNotKept: (path, error) => {
      log.failure("keep a version of", path, error);
      const text = notices.textOf(path, error);
      if (text === null) return;
      void offerSettings("warning", text, "cage.backup");
    },
  });
}

/**
 * Words the notices that a version is not kept: once in a window for each reason, or for each large
 * file.
 */
export class NotKeptNotices {
  private readonly told = new Set<string>();

  /** Words the notice for a file. @returns null if the user has seen it before. */
  textOf(path: string, { code, message }: Pick<AgeError, "code" | "message">): string | null {
    const isLarge = code === "too-large";
    const key = isLarge ? path : code;
    if (this.told.has(key)) return null;
    this.told.add(key);
    const name = quoted(basename(path));
    const next = isLarge
      ? "Raise cage.backup.maxMegabytes to keep versions of files of its size."
      : "Until that is fixed, saves go on without versions: see cage.backup.folder.";
    return `The version of ${name} that was just replaced is not kept. ${quoted(sentence(message))} ${next}`;
  }
}
