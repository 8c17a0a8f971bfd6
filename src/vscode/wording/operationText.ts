import { megabytesPerSecond, type Report } from "../../strategies/strategy";
import { bytesText } from "./progressText";

/**
 * "native · openssl · 512 MB/s"; of little it tells the time, "pipe · age 1.1.1 · 0.7 s": see
 * {@link hasSpeed}.
 */
export function summary(report: Report): string {
  return `${wayText(report)} · ${hasSpeed(report) ? rate(report) : timeText(report.seconds)}`;
}

/**
 * Tells whether throughput says something about an operation. With less than a megabyte it shows
 * only the time that a program takes to start, or a passphrase to become a key.
 */
export function hasSpeed({
  bytes,
  resumedBytes,
  seconds,
}: Pick<Report, "bytes" | "resumedBytes" | "seconds">): boolean {
  return bytes - resumedBytes >= 1e6 && seconds > 0;
}

/** "native · openssl" */
export function wayText({ strategy, engine }: Report): string {
  return `${strategy} · ${engine}`;
}

/**
 * "09:05:07: encrypted 5 bytes in 0.3 ms: native · openssl, since it …", with what was not done and
 * how it was done instead as points of their own, in Markdown.
 *
 * @param at - when it was done.
 */
export function account(report: Report, at: Date): string {
  const { operation, strategy, bytes, resumedBytes, seconds, threads, reason } = report;
  const verb = operation === "encrypt" ? "encrypted" : "decrypted";
  const speed = hasSpeed(report) ? ` · ${rate(report)}` : "";
  // How many threads a program computes with is its own affair.
  const computing = strategy === "native" && threads > 1 ? ` on ${threads} threads` : "";
  const resumed = resumedBytes > 0 ? `; ${resumedBytes} of these bytes were done before` : "";
  const buffer = `; ${bufferText(report)} at a time`;
  return [
    `- ${timeOfDay(at)}: ${verb} ${bytes} bytes in ${timeText(seconds)}${computing}: ${harmless(`${wayText(report)}${speed}, since ${reason}`)}${resumed}${buffer}`,
    ...report.fallbacks.map((fallback) => `  - ${harmless(fallback)}`),
  ].join("\n");
}

/** "09:05:07", by the local clock. */
function timeOfDay(at: Date): string {
  return at.toTimeString().slice(0, "09:05:07".length);
}

/** Summarizes an operation for a screen reader, which gets no tooltip. */
export function spokenSummary(report: Report): string {
  return [summary(report), ...report.fallbacks].join(", ");
}

/** "1 MiB" */
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

/** "0.3 ms", "75 ms", "1.9 s" */
function timeText(seconds: number): string {
  const milliseconds = seconds * 1000;
  if (milliseconds < 9.95) return `${milliseconds.toFixed(1)} ms`;
  return milliseconds < 999.5 ? `${Math.round(milliseconds)} ms` : `${seconds.toFixed(1)} s`;
}

/** Paths of the environment may be in it, which are no Markdown. */
function harmless(text: string): string {
  return text.replace(/[\\`*_[\]<>#|~]/g, "\\$&");
}
