import * as vscode from "vscode";
import { AgeError, isDeclined } from "../age/errors";
import { megabytesPerSecond, type Report } from "../strategies/strategy";
import { plain } from "./wording/foreignText";

/**
 * The log channel. It gets codes, paths and figures, never a key, a passphrase or plaintext. Each
 * entry is one line, whatever the paths in it hold.
 */
export class Log {
  constructor(private readonly channel: vscode.LogOutputChannel) {}

  /** Logs an event. */
  info(text: string): void {
    this.channel.info(plain(text));
  }

  /**
   * Logs a failed action by its code. An unknown error is logged only by its kind, since its text
   * may hold anything. It is not an error if the user declined, or has not unlocked the file yet.
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
