import { describe, expect, it } from "vitest";
import {
  account,
  bufferText,
  spokenSummary,
  summary,
} from "../../../src/vscode/wording/operationText";
import { report } from "../report";

const typed =
  "the passphrase was typed on a pseudo-terminal, since age 1.1.1 takes none without a terminal";
const at = new Date(2026, 10, 24, 9, 5, 7);

describe("what the status bar says of an operation", () => {
  it("names the strategy, what computed, and how fast", () => {
    expect(summary(report())).toBe("pipe · age 1.1.1 · 85 MB/s");
    const native = report({ strategy: "native", engine: "wasm", bytes: 5e9, seconds: 2 });
    expect(summary(native)).toBe("native · wasm · 2500 MB/s");
    expect(summary(report({ bytes: 1e6, seconds: 2 }))).toBe("pipe · age 1.1.1 · 500 kB/s");
  });

  it.each([
    [0.0003, "0.3 ms"],
    [0.01, "10 ms"],
    [0.7465, "747 ms"],
    [0.9996, "1.0 s"],
    [1.95, "1.9 s"],
  ])("tells the time of what is too little to have a speed: %d s", (seconds, time) => {
    expect(summary(report({ bytes: 999_999, seconds }))).toBe(`pipe · age 1.1.1 · ${time}`);
    const resumed = report({ bytes: 5e9, resumedBytes: 5e9 - 5, seconds });
    expect(summary(resumed)).toBe(`pipe · age 1.1.1 · ${time}`);
  });

  it("says to screen readers too what was done in another way", () => {
    expect(spokenSummary(report({ fallbacks: [typed] }))).toBe(
      `pipe · age 1.1.1 · 85 MB/s, ${typed}`,
    );
  });
});

describe("an operation in the tooltip", () => {
  it("tells the time of day, the reason, the buffer and each fallback", () => {
    const fallbacks = ["not native: it is so", typed];
    expect(account(report({ bytes: 5, seconds: 0.0003, fallbacks }), at).split("\n")).toEqual([
      "- 09:05:07: decrypted 5 bytes in 0.3 ms: pipe · age 1.1.1, since cage.streaming.strategy asks for it; 1 MiB at a time",
      "  - not native: it is so",
      `  - ${typed}`,
    ]);
  });

  it("tells the threads of native only", () => {
    expect(account(report({ threads: 4 }), at)).not.toContain("threads");
    expect(account(report({ strategy: "native", threads: 4 }), at)).toContain(" on 4 threads");
  });

  it("takes nothing of a text for Markdown", () => {
    const fallbacks = ["not pipe: /tmp/[x](command:y) is no folder"];
    expect(account(report({ fallbacks }), at)).toContain("\\[x\\](command:y)");
  });

  it("tells the buffer in the unit that fits", () => {
    expect(bufferText(report({ bufferSize: 65_536 }))).toBe("64 KiB");
    expect(bufferText(report({ bufferSize: 1 << 24 }))).toBe("16 MiB");
    expect(bufferText(report({ bufferSize: 100_000 }))).toBe("100 kB");
  });
});
