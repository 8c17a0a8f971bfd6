import { describe, expect, it } from "vitest";
import { AgeError } from "../../src/age/errors";
import type { BatchReport } from "../../src/documents/batch";
import type { BatchItem, BatchPlan } from "../../src/documents/batchPlan";
import type { FileOutcome } from "../../src/documents/fileOutcome";
import {
  lackText,
  outcomeNotes,
  planSummary,
  planText,
  reportSummary,
  reportText,
} from "../../src/vscode/fileReportText";

const item = (name: string, size: number, isTaken = false): BatchItem => ({
  ...{ source: `/w/${name}`, target: `/w/${name}.age`, size, isTaken },
});

const outcome = (bytes: number, told: Partial<FileOutcome> = {}): FileOutcome => ({
  report: {
    ...({ operation: "encrypt", strategy: "native", engine: "openssl", threads: 2 } as const),
    ...{ bytes, resumedBytes: 0, seconds: 0.001, reason: "it is so" },
  },
  startedAnew: null,
  readBack: "not asked for",
  ...told,
});

const plan: BatchPlan = {
  operation: "encrypt",
  items: [item("a", 1500), item("b", 2_000_000, true)],
  skipped: [
    { path: "/w/c.age", reason: "it is encrypted already" },
    { path: "/w/d.age", reason: "it is encrypted already" },
    { path: "/w/pipe", reason: "it is a link, a pipe, a socket or a device" },
  ],
  bytes: 2_001_500,
  lacks: [],
};

describe("the text of a plan", () => {
  it("counts the files, and those left out by their reasons", () => {
    expect(planSummary(plan)).toBe(
      "2 files (2.0 MB). Left out: 2 (it is encrypted already), 1 (it is a link, a pipe, a socket or a device).",
    );
    expect(planSummary({ ...plan, items: [item("a", 1500)], skipped: [], bytes: 1500 })).toBe(
      "1 file (1.5 kB).",
    );
  });

  it("has a line for each file", () => {
    expect(planText(plan).split("\n")).toEqual([
      planSummary(plan),
      "",
      "To encrypt (2)",
      "  /w/a -> /w/a.age, 1.5 kB",
      "  /w/b -> /w/b.age (exists already), 2.0 MB",
      "",
      "Left out (3)",
      "  /w/c.age: it is encrypted already",
      "  /w/d.age: it is encrypted already",
      "  /w/pipe: it is a link, a pipe, a socket or a device",
      "",
    ]);
  });

  it("makes no line of a file's name", () => {
    const forged = planText({ ...plan, items: [item("a\nDone (9)", 1)] });
    expect(forged).not.toMatch(/^Done/m);
  });

  it("says where room is lacking", () => {
    expect(lackText([{ folder: "/mnt", missingBytes: 3e9 }])).toBe(
      "3.0 GB too little room in /mnt.",
    );
  });
});

describe("the text of a report", () => {
  const report: BatchReport = {
    done: [{ ...item("a", 1500), outcome: outcome(1500) }],
    failed: [{ ...item("b", 1), error: new AgeError("no-permission", "the system forbids it") }],
    skipped: plan.skipped,
    cancelled: [item("e", 1)],
  };

  it("sums up what was done, failed and cancelled", () => {
    expect(reportSummary("encrypt", report, 0.5)).toBe(
      "1 of 3 files is encrypted: 1.5 kB in 0.5 s, 3.0 kB/s. 1 failed. 1 not finished: you cancelled.",
    );
  });

  it("has the failures first, each with its next step", () => {
    const lines = reportText("encrypt", report, 0.5).split("\n");
    expect(lines.slice(2, 4)).toEqual([
      "Failed (1)",
      expect.stringMatching(/^ {2}\/w\/b: The system forbids it\. [A-Z].+\.$/),
    ]);
    expect(lines).toContain("Cancelled (1)");
    expect(lines.at(-2)).toBe("  /w/a -> /w/a.age, 1.5 kB, native · openssl · 1.5 MB/s");
  });

  it("never shows what an unexpected failure says", () => {
    const failed = [{ ...item("b", 1), error: new TypeError("secret") }];
    expect(reportText("encrypt", { ...report, failed }, 1)).not.toContain("secret");
  });
});

describe("what is told of a file's outcome", () => {
  it("is nothing where all went the usual way", () => {
    expect(outcomeNotes(outcome(5))).toBe("");
    expect(outcomeNotes(outcome(5, { readBack: "compared" }))).toBe("");
  });

  it("is what was resumed, what could not be, and what was not read back", () => {
    const resumed = outcome(5e9);
    const told = { ...resumed, report: { ...resumed.report, resumedBytes: 2e9 } };
    expect(outcomeNotes(told)).toBe("2.0 GB of it were there from an interrupted run.");
    expect(outcomeNotes(outcome(5, { startedAnew: "the source changed" }))).toBe(
      "An interrupted run could not be resumed (the source changed since).",
    );
    expect(outcomeNotes(outcome(5, { readBack: "no identity at hand" }))).toBe(
      "The original was kept, since you have no identity to read the result back with.",
    );
  });
});
