import { homedir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import type { EnginePreference } from "../../age/engines/engineChoice";
import type { LeftOut } from "../../documents/files/ignoreRules";
import type { FolderRules } from "../../documents/recipients/recipientRules";
import { parseRetention, type Retention } from "../../documents/versions/retention";
import type { SettingPlace } from "../wording/strategyText";
import { quoted } from "../wording/foreignText";
import type { Choice, StrategyChoice } from "../../strategies/selectStrategy";
import { parseBufferSize, usualBuffer } from "../../strategies/bufferSize";

/** The settings, read each time that they are needed; package.json describes them. */
export const settings = {
  /** Lists the identity files that the user named, with `~` not yet expanded. */
  identities(): readonly string[] {
    return stringsOf(configuration().get("identities"));
  },

  /** Lists the globs of names of encrypted files, unchecked. */
  files(): readonly string[] {
    return stringsOf(configuration().get("files"));
  },

  /** Reads which files Encrypt Folder… leaves out. */
  leftOut(): LeftOut {
    return {
      byIgnoreFiles: configuration().get<unknown>("folders.useIgnoreFiles") !== false,
      exclude: stringsOf(configuration().get("folders.exclude")),
    };
  },

  /** Reads the minutes without use after which Cage locks; 0 for never. */
  lockAfterMinutes(): number {
    const minutes = configuration().get<unknown>("lock.afterMinutes");
    return typeof minutes === "number" && minutes >= 0 ? minutes : 30;
  },

  /** Reads the days after which the draft of a file that is gone is removed; 0 for never. */
  draftsKeepDays(): number {
    const days = configuration().get<unknown>("drafts.keepDays");
    return typeof days === "number" && days >= 0 ? days : 30;
  },

  /** Reads the preferred engine for ChaCha20-Poly1305. */
  engine(): EnginePreference {
    const engine = configuration().get<unknown>("engine");
    return engine === "openssl" || engine === "wasm" ? engine : "auto";
  },

  /** Reads the bytes that each step of a pipeline holds: from the setting, else the environment. */
  bufferSize(): number {
    for (const text of bufferSizes()) {
      const size = parseBufferSize(text);
      if (size !== null) return size;
    }
    return usualBuffer;
  },

  /** Reads the strategy of a file, and who chose it. */
  strategy(path: string): Choice {
    const pipesPassphrases = isOn(process.env["CAGE_PASSPHRASE_PIPE"]);
    const set = strategySetting(path)?.value;
    if (set !== undefined) return { strategy: set, by: "setting", pipesPassphrases };
    const asked = strategyOfEnvironment()?.toLowerCase();
    if (isStrategyChoice(asked)) return { strategy: asked, by: "environment", pipesPassphrases };
    return { strategy: "auto", by: "default", pipesPassphrases };
  },

  /** Tells whether documents may be staged on the disk for a program. */
  allowsDiskStaging(): boolean {
    return configuration().get<unknown>("streaming.allowDiskStaging") === true;
  },

  /** Reads the age program: an absolute path, or "" for the first one on the PATH. */
  ageProgram(): string {
    return pathOf("age.path");
  },

  /** Reads the seconds that a program may be idle. */
  ageTimeout(): number {
    const seconds = Number(configuration().get<unknown>("age.timeoutSeconds"));
    return seconds >= 1 ? seconds : usualTimeout;
  },

  /** Reads the path of the audit file, which gets a line for each operation; "" for none. */
  auditFile(): string {
    return pathOf("audit.file");
  },

  /**
   * Reads the rule by which versions are kept. A wrong one counts as "none", which removes nothing.
   */
  retention(): Retention {
    return parseRetention(settings.retentionText()) ?? { kind: "none" };
  },

  /** Reads the rule as the setting has it, valid or not. */
  retentionText(): string {
    return textOf(configuration().get<unknown>("backup.retention")) || "none";
  },

  /** Reads the folder for replaced versions; "" for the extension's storage. */
  backupFolder(): string {
    return pathOf("backup.folder");
  },

  /** Reads the limit for the bytes of all replaced versions together. */
  backupBytes(): number {
    const megabytes = Number(configuration().get<unknown>("backup.maxMegabytes"));
    return (megabytes >= 1 ? megabytes : usualBackup) * 1e6;
  },

  /** Finds the place where the strategy of a file is set; null if no setting has it. */
  strategyPlace(path: string): SettingPlace | null {
    const set = strategySetting(path);
    if (set === null || !isStrategyChoice(set.value)) return null;
    return set.place === "folder" ? placeOfFolder() : set.place;
  },

  /** Finds an invalid strategy in the settings, to be reported; null if there is none. */
  wrongStrategy(): string | null {
    const uris = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
    const set = [undefined, ...uris].flatMap(strategyPlaces).map(([, value]) => value);
    const wrong = set.find((value) => value !== undefined && !isStrategyChoice(value));
    if (wrong !== undefined) return textOf(wrong);
    const asked = strategyOfEnvironment();
    return asked === null || isStrategyChoice(asked.toLowerCase()) ? null : asked;
  },

  /** Finds an invalid buffer size in the settings, to be reported; null if there is none. */
  wrongBufferSize(): string | null {
    return bufferSizes().find((text) => parseBufferSize(text) === null) ?? null;
  },
};

/** Warns about invalid settings, and says what is used instead. */
export function warnOfWrongSettings(): void {
  const strategy = settings.wrongStrategy();
  if (strategy !== null) {
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
    const used = new Set(["/", ...folders].map((path) => settings.strategy(path).strategy));
    const where = used.size > 1 ? ", depending on the folder" : "";
    void vscode.window.showWarningMessage(
      `"${quoted(strategy)}" is not a strategy and is not used; ${[...used].join(" or ")} is${where}. Write auto, native, pipe or tempfile in cage.streaming.strategy or CAGE_STREAMING_STRATEGY.`,
    );
  }
  const size = settings.wrongBufferSize();
  if (size !== null) {
    void vscode.window.showWarningMessage(
      `"${quoted(size)}" is not a buffer size, so ${settings.bufferSize() / 1024} KiB is used. Write bytes, or KiB as 256K, or MiB as 1M, in cage.streaming.bufferSize or CAGE_STREAMING_BUFFER.`,
    );
  }
}

/** Warns about an invalid rule for versions. */
export function warnOfWrongRetention(): void {
  const text = settings.retentionText();
  if (parseRetention(text) !== null) return;
  void vscode.window.showWarningMessage(
    `"${quoted(text)}" is not a rule for keeping versions, so no new versions are kept; existing ones stay. Write none, keep_last:N, keep_days:N or keep_all in cage.backup.retention.`,
  );
}

/**
 * Lists the rules of `cage.recipients` that may apply to a file. The user's rules apply everywhere,
 * those of a workspace only inside its folders. VS Code would apply a folder's rules to files
 * elsewhere.
 */
export function recipientRules(path: string): FolderRules {
  const uri = vscode.Uri.file(path);
  const found = configuration(uri).inspect<unknown>("recipients");
  const folder = workspaceFolder(path);
  const isObeyed = folder !== null && vscode.workspace.isTrusted;
  const theirs = isObeyed ? [found?.workspaceValue, found?.workspaceFolderValue] : [];
  const values = [found?.defaultValue, found?.globalValue, ...theirs].filter(
    (value) => typeof value === "object" && value !== null,
  );
  // As in VS Code, the rule of a narrower place replaces one with the same glob of a wider place.
  const merged = Object.entries(Object.assign({}, ...values) as Record<string, unknown>);
  return {
    folder: folder ?? homedir(),
    rules: merged.map(([glob, recipients]) => ({ glob, recipients: stringsOf(recipients) })),
  };
}

/** Finds the workspace folder that a file lies in; null for none. */
export function workspaceFolder(path: string): string | null {
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(path))?.uri.fsPath ?? null;
}

/** Lists the buffer sizes that are set: the setting's first, then the environment's. */
function bufferSizes(): readonly string[] {
  const { globalValue } = configuration().inspect<unknown>("streaming.bufferSize") ?? {};
  const texts = [textOf(globalValue), process.env["CAGE_STREAMING_BUFFER"] ?? ""];
  return texts.filter((text) => text !== "");
}

/** The limit for all versions if the setting gives none, in megabytes. */
const usualBackup = 1000;

/** The seconds that a program may be idle if the setting gives none. */
const usualTimeout = 60;

/** Finds the valid strategy that is set for a file at the narrowest place; null for none. */
function strategySetting(path: string): { place: SettingPlace; value: StrategyChoice } | null {
  // An invalid value is reported elsewhere. It does not hide a valid one further out, which may be
  // a policy.
  for (const [place, value] of strategyPlaces(vscode.Uri.file(path))) {
    if (isStrategyChoice(value)) return { place, value };
  }
  return null;
}

/**
 * Finds the place of a folder's settings: if the window has one folder, they are the workspace's.
 */
export function placeOfFolder(): SettingPlace {
  return vscode.workspace.workspaceFile === undefined ? "workspace" : "folder";
}

/** Lists the values that are set as the strategy at each place that Cage obeys. */
function strategyPlaces(uri?: vscode.Uri): readonly (readonly [SettingPlace, unknown])[] {
  const found = configuration(uri).inspect<unknown>("streaming.strategy");
  // VS Code leaves these out itself (restrictedConfigurations), but Cage must not depend on that.
  const isTrusted = vscode.workspace.isTrusted;
  return [
    ["folder", isTrusted ? found?.workspaceFolderValue : undefined],
    ["workspace", isTrusted ? found?.workspaceValue : undefined],
    ["user", found?.globalValue],
  ];
}

/** Reads `CAGE_STREAMING_STRATEGY`; null if it is not set or empty. */
function strategyOfEnvironment(): string | null {
  const asked = process.env["CAGE_STREAMING_STRATEGY"]?.trim() ?? "";
  return asked === "" ? null : asked;
}

function isStrategyChoice(value: unknown): value is StrategyChoice {
  return value === "auto" || value === "native" || value === "pipe" || value === "tempfile";
}

/**
 * Reads a setting that is a path; `~` is the home folder. It is "" if it is not set. Any other
 * value than a text becomes a text that is not an absolute path, and is reported as such: it may be
 * a policy.
 */
function pathOf(name: string): string {
  return withHome(textOf(configuration().get<unknown>(name)).trim());
}

/** Puts the home folder in the place of a `~` at the beginning of a path. */
export function withHome(path: string): string {
  return path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
}

/** Tells whether an environment variable says yes. */
function isOn(value: string | undefined): boolean {
  return value !== undefined && !["", "0", "false", "no", "off"].includes(value.toLowerCase());
}

function configuration(uri?: vscode.Uri): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration("cage", uri);
}

/** Reads a setting as text; "" if it is not set. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}

function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
