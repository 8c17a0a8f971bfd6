import { homedir } from "node:os";
import { relative } from "node:path";
import picomatch from "picomatch";
import * as vscode from "vscode";
import type { EnginePreference } from "../age/engines/engineChoice";
import type { RecipientsRule } from "../documents/recipients";
import { quoted } from "./foreignText";
import { parseBufferSize, usualBuffer } from "../strategies/bufferSize";

/** The settings, read when they are needed; package.json describes them. */
export const settings = {
  /** Identity files that the user named, `~` not yet expanded. */
  identities(): readonly string[] {
    return stringsOf(configuration().get("identities"));
  },

  /** Minutes without use after which everything is locked; 0 for never. */
  lockAfterMinutes(): number {
    const minutes = configuration().get<unknown>("lock.afterMinutes");
    return typeof minutes === "number" && minutes >= 0 ? minutes : 30;
  },

  /** What is to compute ChaCha20-Poly1305. */
  engine(): EnginePreference {
    const engine = configuration().get<unknown>("engine");
    return engine === "openssl" || engine === "wasm" ? engine : "auto";
  },

  /** How many bytes each step of a pipeline holds: the setting, else the environment's default. */
  bufferSize(): number {
    for (const text of bufferSizes()) {
      const size = parseBufferSize(text);
      if (size !== null) return size;
    }
    return usualBuffer;
  },

  /** What is set as the buffer size and is none, to be told; null if all is well. */
  wrongBufferSize(): string | null {
    return bufferSizes().find((text) => parseBufferSize(text) === null) ?? null;
  },
};

/** Tells of a setting that means nothing, and what is used instead. */
export function warnOfWrongSettings(): void {
  const text = settings.wrongBufferSize();
  if (text === null) return;
  void vscode.window.showWarningMessage(
    `"${quoted(text)}" is no buffer size; ${settings.bufferSize() / 1024} KiB are used. Write bytes, or KiB as 256K, or MiB as 1M, in cage.streaming.bufferSize or CAGE_STREAMING_BUFFER.`,
  );
}

/** The first rule of `cage.recipients` whose glob matches the file, or null. */
export function recipientsRule(path: string): RecipientsRule | null {
  const uri = vscode.Uri.file(path);
  const rules = configuration(uri).get<unknown>("recipients");
  if (typeof rules !== "object" || rules === null) return null;
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? homedir();
  const name = relative(folder, path).replaceAll("\\", "/");
  for (const [glob, recipients] of Object.entries(rules)) {
    // Like .gitignore: a glob without a slash matches the file's name in every folder.
    if (picomatch.isMatch(name, glob, { dot: true, basename: !glob.includes("/") })) {
      return { glob, recipients: stringsOf(recipients) };
    }
  }
  return null;
}

/** The folder of the workspace that a file lies in, or null. */
export function workspaceFolder(path: string): string | null {
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(path))?.uri.fsPath ?? null;
}

/** What is said of the buffer size: by the setting, then by the environment. */
function bufferSizes(): readonly string[] {
  const { globalValue } = configuration().inspect<unknown>("streaming.bufferSize") ?? {};
  return stringsOf([globalValue, process.env["CAGE_STREAMING_BUFFER"]]);
}

function configuration(uri?: vscode.Uri): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration("cage", uri);
}

function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
