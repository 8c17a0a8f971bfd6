import { basename } from "node:path";
import * as vscode from "vscode";
import type { Keyring } from "../../keys/keyring";
import type { Report } from "../../strategies/strategy";
import type { BackupGuard } from "../guards/backupGuard";
import { Disposable } from "../dispose";
import type { DraftKeeper } from "../drafts/draftKeeper";
import { draftStatus, draftTooltip } from "../wording/draftText";
import { unsavedDocuments } from "../editorTexts";
import { quoted } from "../wording/foreignText";
import { viewType } from "../editor/openRedirect";
import { account, spokenSummary, summary } from "../wording/operationText";
import { encryptedPath } from "../uris";

/** The most operations of a file in the tooltip. */
const historyLength = 10;
/** The most files whose operations are kept: a batch may have thousands. */
const historyFiles = 100;

const readOnlyLine =
  "**This document is read-only,** since VS Code could write unsaved text to a disk in the clear. Run **Cage: Edit Anyway** to edit it.";

/** An operation, and the time when it was done. */
interface Done {
  readonly report: Report;
  readonly at: Date;
}

/**
 * The status bar item: whether Cage is locked, and how the active document was last read or
 * written.
 */
export class StatusBar extends Disposable {
  private readonly item: vscode.StatusBarItem;
  private readonly history = new Map<string, readonly Done[]>();
  /** The running operations; the one that began last is shown. */
  private readonly running = new Map<symbol, string>();

  constructor(
    private readonly keyring: Keyring,
    private readonly now: () => Date,
    private readonly drafts: Pick<DraftKeeper, "stateOf" | "onDidChange">,
    private readonly backups: Pick<BackupGuard, "isToldOf" | "onDidPublish">,
    private readonly audienceOf: (path: string) => string | null,
  ) {
    super();
    this.item = this.register(
      vscode.window.createStatusBarItem("status", vscode.StatusBarAlignment.Right, 90),
    );
    this.item.name = "Cage";
    this.item.command = "cage.showMenu";
    this.register(
      drafts.onDidChange(() => {
        this.update();
      }),
    );
    this.register(
      backups.onDidPublish(() => {
        this.update();
      }),
    );
    this.register({
      dispose: keyring.onChange((state) => {
        if (state === "locked") this.history.clear();
        this.update();
      }),
    });
    this.register(
      vscode.window.tabGroups.onDidChangeTabs(() => {
        this.update();
      }),
    );
    this.register(
      vscode.window.tabGroups.onDidChangeTabGroups(() => {
        this.update();
      }),
    );
    this.update();
    this.item.show();
  }

  /** Records an operation on a file. */
  add(path: string, report: Report): void {
    const done = [{ report, at: this.now() }, ...(this.history.get(path) ?? [])];
    // The file moves to the end, so that the first one is the oldest.
    this.history.delete(path);
    this.history.set(path, done.slice(0, historyLength));
    const [oldest] = this.history.keys();
    if (this.history.size > historyFiles && oldest !== undefined) this.history.delete(oldest);
    this.update();
  }

  /**
   * Shows a running operation in place of the last one.
   *
   * @returns a function that shows its state ("Encrypting · 1.4 GB/s"); null ends it.
   */
  begin(): (text: string | null) => void {
    const operation = Symbol("operation");
    return (text) => {
      if (text === null) this.running.delete(operation);
      else this.running.set(operation, text);
      this.update();
    };
  }

  private update(): void {
    const now: string | null = [...this.running.values()].at(-1) ?? null;
    const active = activePath();
    const done = this.history.get(active ?? "") ?? [];
    const draft = active === null ? null : this.drafts.stateOf(active);
    const state = this.keyring.state;
    const last = done[0]?.report;
    const text = last === undefined ? "Cage" : summary(last);
    // A lock leaves text on the screen that no draft could keep, and VS Code restores unsaved text
    // with a window.
    const left =
      state === "unlocked" ? [] : unsavedDocuments().map(({ uri }) => quoted(basename(uri.path)));
    const shown = left.length === 0 ? null : `Cage: ${left.join(", ")} unsaved`;
    // A page that asks for a key means that its file is closed, whatever other keys are in memory.
    const closed = closedFile();
    const isOpen = state === "unlocked" && closed === null;
    const stateIcon = isOpen ? "unlock" : shown === null ? "lock" : "warning";
    const shownNow =
      now ?? [shown ?? text, ...(draft === null ? [] : [draftStatus(draft)])].join(" · ");
    this.item.text = `$(${now !== null ? "sync~spin" : stateIcon}) ${shownNow}`;
    const isReadOnly = active !== null && this.backups.isToldOf(active);
    const audience = active === null || state === "locked" ? null : this.audienceOf(active);
    const textLines = [
      ...(audience === null ? [] : [asMarkdown(audience)]),
      ...(draft === null ? [] : [draftTooltip(draft)]),
      ...(isReadOnly ? [readOnlyLine] : []),
    ];
    this.item.tooltip = tooltip(state, closed, left, textLines, done, now !== null);
    const told = [
      ...(last === undefined ? [] : [spokenSummary(last)]),
      ...(draft === null ? [] : [draftStatus(draft)]),
      ...(isReadOnly ? ["read-only"] : []),
    ];
    const spoken = now ?? (told.length === 0 ? null : told.join(", "));
    const still = left.length === 0 ? "" : `, ${left.join(", ")} unsaved and still shown`;
    this.item.accessibilityInformation = {
      label: `Cage, ${closed === null ? "" : `${closed} is not open, `}${state}${still}${spoken === null ? "" : `, ${spoken}`}`,
      role: "button",
    };
  }
}

function tooltip(
  state: "locked" | "unlocked",
  closed: string | null,
  left: readonly string[],
  textLines: readonly string[],
  done: readonly Done[],
  isRunning: boolean,
): vscode.MarkdownString {
  const lines = [
    ...(isRunning ? ["Operations are running; each keeps its own key until it is done."] : []),
    ...(closed === null ? [] : [`**${asMarkdown(closed)} is not open.**`]),
    state === "locked"
      ? "**Cage is locked.** No key is in memory."
      : closed === null
        ? "**Cage is unlocked.** Keys are in memory until you lock it."
        : "Keys of other files are in memory until you lock Cage.",
    ...(left.length === 0
      ? []
      : [`Unsaved text is still shown: ${left.join(", ")}. It closes when you save it.`]),
    ...textLines,
    ...(done.length === 0 ? [] : [done.map(({ report, at }) => account(report, at)).join("\n")]),
    "Click to see what you can do.",
  ];
  return new vscode.MarkdownString(lines.join("\n\n"));
}

/** Escapes a text for Markdown, whoever wrote parts of it. */
function asMarkdown(text: string): string {
  return text.replace(/[!-/:-@[-`{-~]/g, "\\$&");
}

/** Finds the name of the file that a page in front says is not open; null if there is none. */
function closedFile(): string | null {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const isPage = input instanceof vscode.TabInputCustom && input.viewType === viewType;
  return isPage ? quoted(basename(input.uri.path)) : null;
}

/** Finds the encrypted file of the active tab, in whatever editor. */
function activePath(): string | null {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (
    input instanceof vscode.TabInputText ||
    input instanceof vscode.TabInputCustom ||
    input instanceof vscode.TabInputNotebook
  ) {
    return encryptedPath(input.uri);
  }
  return input instanceof vscode.TabInputTextDiff ? encryptedPath(input.modified) : null;
}
