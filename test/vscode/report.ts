import type { Report } from "../../src/strategies/strategy";

/** Makes a report of pipe with a passphrase, with a test's changes. */
export const report = (change: Partial<Report> = {}): Report => ({
  ...({ operation: "decrypt", strategy: "pipe", engine: "age 1.1.1", threads: 1 } as const),
  ...{ bytes: 85_000_000, resumedBytes: 0, seconds: 1 },
  reason: "cage.streaming.strategy asks for it",
  ...{ fallbacks: [], bufferSize: 1 << 20, ...change },
});
