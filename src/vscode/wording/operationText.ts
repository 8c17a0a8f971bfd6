import { megabytesPerSecond, type Report } from "../../strategies/strategy";
import { bytesText } from "./progressText";

/**
 * Writes the way and the speed of an operation: "native · openssl · 512 MB/s". Small amounts show
 * the time instead, "pipe · age 1.1.1 · 0.7 s": see {@link hasSpeed}.
 */
export function summary(report: Report): string {
  return `${wayText(report)} · ${hasSpeed(report) ? rate(report) : timeText(report.seconds)}`;
}

/**
 * Tells whether the speed of an operation means anything. With less than 1 MB it would show only
 * how long a program takes to start, or scrypt to make a key of a passphrase.
 */
export function hasSpeed({
  bytes,
  resumedBytes,
  seconds,
}: Pick<Report, "bytes" | "resumedBytes" | "seconds">): boolean {
  return bytes - resumedBytes >= 1e6 && seconds > 0;
}

/** Writes "native · openssl". */
export function wayText({ strategy, engine }: Report): string {
  return `${strategy} · ${engine}`;
}

/**
 * Writes a point of a Markdown list: "09:05:07: encrypted 5 bytes in 0.3 ms: native · openssl,
 * since it …". Each fallback is a point of its own below it.
 *
 * @param at - the time when it was done.
 */
export function account(report: Report, at: Date): string {
  const { operation, strategy, bytes, resumedBytes, seconds, threads, reason } = report;
  const verb = operation === "encrypt" ? "encrypted" : "decrypted";
  const speed = hasSpeed(report) ? ` · ${rate(report)}` : "";
  // A program decides itself how many threads it uses.
  const computing = strategy === "native" && threads > 1 ? ` on ${threads} threads` : "";
  const resumed = resumedBytes > 0 ? `; ${resumedBytes} of these bytes were done before` : "";
  const buffer = `; ${bufferText(report)} at a time`;
  return [
    `- ${timeOfDay(at)}: ${verb} ${bytes} bytes in ${timeText(seconds)}${computing}: ${harmless(`${wayText(report)}${speed}, since ${reason}`)}${resumed}${buffer}`,
    ...report.fallbacks.map((fallback) => `  - ${harmless(fallback)}`),
  ].join("\n");
}

/** Writes "09:05:07", by the local clock. */
function timeOfDay(at: Date): string {
  return at.toTimeString().slice(0, "09:05:07".length);
}

/** Summarizes an operation for screen readers, which do not read tooltips. */
export function spokenSummary(report: Report): string {
  return [summary(report), ...report.fallbacks].join(", ");
}

/** Writes a buffer's size: "1 MiB". */
export function bufferText({ bufferSize }: Report): string {
  const kibibytes = bufferSize / 1024;
  if (!Number.isInteger(kibibytes)) return bytesText(bufferSize);
  return kibibytes % 1024 === 0 ? `${kibibytes / 1024} MiB` : `${kibibytes} KiB`;
}

function rate(report: Report): string {
  const speed = megabytesPerSecond(report);
  if (speed < 1) return `${Math.round(speed * 1000)} kB/s`;
  return `${speed < 10 ? speed.toFixed(1) : Math.round(speed)} MB/s`;
}

/** Writes "0.3 ms", "75 ms", "1.9 s". */
function timeText(seconds: number): string {
  const milliseconds = seconds * 1000;
  if (milliseconds < 9.95) return `${milliseconds.toFixed(1)} ms`;
  return milliseconds < 999.5 ? `${Math.round(milliseconds)} ms` : `${seconds.toFixed(1)} s`;
}

/** Escapes Markdown: the text may contain paths. */
function harmless(text: string): string {
  return text.replace(/[\\`*_[\]<>#|~]/g, "\\$&");
}
