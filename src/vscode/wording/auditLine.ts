import { megabytesPerSecond, type Report } from "../../strategies/strategy";

/**
 * A line of the audit file: JSON, without its line break. It holds no content and no key. For an
 * encryption it holds the SHA-256 of each recipient's text, or "unknown" for a recipient without a
 * text. For a decryption it names no recipient.
 */
export function auditLine(path: string, report: Report, now: Date): string {
  const { operation, strategy, engine, bytes, resumedBytes, seconds, reason } = report;
  return JSON.stringify({
    time: now.toISOString(),
    path,
    operation,
    strategy,
    ...(strategy === "native" ? { engine } : { program: engine }),
    bytes,
    resumedBytes,
    seconds: rounded(seconds, 6),
    megabytesPerSecond: rounded(megabytesPerSecond(report), 3),
    reason,
    fallbacks: report.fallbacks,
    bufferSize: report.bufferSize,
    ...(report.recipients === undefined ? {} : { recipientsSha256: report.recipients }),
  });
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
