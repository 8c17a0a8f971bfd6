import * as vscode from "vscode";
import type { Keyring } from "../keys/keyring";
import { megabytesPerSecond, type Report } from "../strategies/strategy";
import { Disposable } from "./dispose";
import { encryptedPath } from "./uris";

/** How many operations of a file the tooltip tells. */
const historyLength = 5;

/** The status bar item: locked or unlocked, and how the active document was last read or written. */
export class StatusBar extends Disposable {
  private readonly item: vscode.StatusBarItem;
  private readonly history = new Map<string, readonly Report[]>();

  constructor(private readonly keyring: Keyring) {
    super();
    this.item = this.register(
      vscode.window.createStatusBarItem("status", vscode.StatusBarAlignment.Right, 90),
    );
    this.item.name = "Cage";
    this.item.command = "cage.showMenu";
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

  /** Records what an operation on a file did. */
  add(path: string, report: Report): void {
    this.history.set(path, [report, ...(this.history.get(path) ?? [])].slice(0, historyLength));
    this.update();
  }

  private update(): void {
    const reports = this.history.get(activePath() ?? "") ?? [];
    const state = this.keyring.state;
    const [last] = reports;
    const text = last === undefined ? "Cage" : summary(last);
    this.item.text = `$(${state === "locked" ? "lock" : "unlock"}) ${text}`;
    this.item.tooltip = tooltip(state, reports);
    this.item.accessibilityInformation = {
      label: `Cage, ${state}${last === undefined ? "" : `, ${summary(last)}`}`,
      role: "button",
    };
  }
}

/** "native · openssl · 512 MB/s" */
export function summary(report: Report): string {
  return `${report.strategy} · ${report.engine} · ${rate(report)}`;
}

function rate(report: Report): string {
  const speed = megabytesPerSecond(report);
  if (speed < 1) return `${Math.round(speed * 1000)} kB/s`;
  return `${speed < 10 ? speed.toFixed(1) : Math.round(speed)} MB/s`;
}

function tooltip(state: "locked" | "unlocked", reports: readonly Report[]): vscode.MarkdownString {
  const lines = [
    state === "locked"
      ? "**Cage is locked.** No key is in memory."
      : "**Cage is unlocked.** Keys are in memory until you lock it.",
    ...reports.map(
      (report) =>
        `- ${report.operation === "encrypt" ? "Encrypted" : "Decrypted"} ${report.bytes} bytes in ${(report.seconds * 1000).toFixed(1)} ms: ${summary(report)}, since ${report.reason}`,
    ),
    "Click for what you can do.",
  ];
  return new vscode.MarkdownString(lines.join("\n\n"));
}

/** The encrypted file of the active tab, whatever editor shows it. */
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
