import * as vscode from "vscode";
import { AgeError, isDeclined } from "../age/errors";
import { megabytesPerSecond, type Report } from "../strategies/strategy";
import { plain } from "./wording/foreignText";

/**
 * The log channel. It is told codes, paths and figures, never a key, a passphrase or plaintext.
 * Each entry is one line, whatever the paths in it hold.
 */
export class Log {
  constructor(private readonly channel: vscode.LogOutputChannel) {}

  /** Something that happened. */
  info(text: string): void {
    this.channel.info(plain(text));
  }

  /**
   * A failed action, by its code; an unknown error only by its kind, since its text may hold
   * anything. What the user declined, and what waits until the user unlocks it, is no error.
   */
  failure(action: string, path: string, error: unknown): void {
    const text = plain(`${action} ${path}: ${whatOf(error)}`);
    if (error instanceof AgeError && (isDeclined(error) || error.code === "locked")) {
      this.channel.info(text);
    } else this.channel.error(text);
  }

  /** Logs what an operation did. */
  report(path: string, report: Report): void {
    const { operation, strategy, engine, threads, bytes, resumedBytes, seconds } = report;
    const rate = megabytesPerSecond(report).toFixed(1);
    const facts = [
      `strategy ${strategy} (${report.reason})`,
      ...(strategy === "native"
        ? [`engine ${engine}`, `threads ${threads}`]
        : [`program ${engine}`]),
      `buffer ${report.bufferSize}`,
      `resumed bytes ${resumedBytes}`,
      ...report.fallbacks,
    ];
    this.info(
      `${operation} ${path}: ${bytes} bytes in ${seconds.toFixed(4)} s, ${rate} MB/s; ${facts.join(", ")}`,
    );
  }

  show(): void {
    this.channel.show();
  }
}

function whatOf(error: unknown): string {
  if (!(error instanceof AgeError)) return kindOf(error);
  return [`${error.code}: ${error.message}`, ...(error.facts.tried ?? [])].join("; ");
}

function kindOf(error: unknown): string {
  return error instanceof Error ? error.name : "unknown error";
}
