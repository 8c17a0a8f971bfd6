import { describe, expect, it } from "vitest";
import { AgeError } from "../../../src/age/errors";
import type { BatchReport } from "../../../src/documents/files/runBatch";
import type { BatchItem, BatchPlan } from "../../../src/documents/files/planBatch";
import type { FileOutcome } from "../../../src/documents/files/fileOutcome";
import {
  amountText,
  lackText,
  outcomeNotes,
  planSummary,
  planText,
  reportSummary,
  reportText,
} from "../../../src/vscode/wording/batchText";
import { skippedSummary } from "../../../src/vscode/wording/leftOutText";
import { report as reportOf } from "../report";

const item = (name: string, size: number, taken: string | null = null): BatchItem => ({
  ...{ source: `/w/${name}`, target: `/w/${name}.age`, size, taken, identity: null },
  seen: { source: `/w/${name}`, id: "1 2", target: `/w/${name}.age` },
});

const outcome = (bytes: number, told: Partial<FileOutcome> = {}): FileOutcome => ({
  report: {
    ...({ operation: "encrypt", strategy: "native", engine: "openssl", threads: 2 } as const),
    ...{ bytes, resumedBytes: 0, seconds: 0.001, reason: "it is so" },
    ...{ fallbacks: [], bufferSize: 65_536 },
  },
  startedAnew: null,
  sourceVersion: "1",
  readBack: "not asked for",
  ...told,
});

it("the summary of very many files that are left out takes time in proportion to them", () => {
  const reason = "without the suffix of an encrypted file";
  const skipped = Array.from(
    { length: 40_000 },
    (_, at) => ({ path: `/w/${at}`, reason }) as const,
  );
  expect(skippedSummary("decrypt", skipped)).toBe(`40000 skipped: ${reason}.`);
});

const plan: BatchPlan = {
  operation: "encrypt",
  items: [item("a", 1500), item("b", 2_000_000, "a version")],
  skipped: [
    { path: "/w/c.age", reason: "already encrypted, by name" },
    { path: "/w/d.age", reason: "already encrypted, by name" },
    { path: "/w/pipe", reason: "link, pipe, socket or device" },
  ],
  bytes: 2_001_500,
  lacks: [],
};

describe("the text of a plan", () => {
  it("counts the files, and those left out by their reasons", () => {
    expect(planSummary(plan)).toBe(
      "1 item left unencrypted: link, pipe, socket or device.\n2 files (2.0 MB). 2 skipped: already encrypted, by name.",
    );
    expect(planSummary({ ...plan, items: [item("a", 1500)], skipped: [], bytes: 1500 })).toBe(
      "1 file (1.5 kB).",
    );
  });

  it("has a line for each file, by its name below the folder of all", () => {
    expect(planText(plan, "The originals are kept.").split("\n")).toEqual([
      ...planSummary(plan).split("\n"),
      "The originals are kept.",
      "Folder: /w",
      "",
      "Left unencrypted (1)",
      "  pipe: link, pipe, socket or device",
      "",
      "To encrypt (2)",
      "  a (1.5 kB) -> a.age",
      "  b (2.0 MB) -> b.age (exists already)",
      "",
      "Skipped (2)",
      "  already encrypted, by name: c.age, d.age",
      "",
    ]);
  });

  it("tells which list of recipients counts for which file, and what is wrong with another", () => {
    const origin = { kind: "recipients-file", place: "/w/.age-recipients" } as const;
    const lists = [
      { origin, named: [{ text: "age1alice", name: "alice" }], paths: ["/w/b.age"] },
      { origin: { ...origin, place: "/w/d/r" }, named: [{ text: "age1bob" }], paths: ["/w/a.age"] },
    ];
    const detail = "/w/e/r, line 2: this is not a recipient";
    const reason = "recipients list cannot be used";
    const skipped = [{ path: "/w/e/f", reason, detail } as const];
    expect(
      planText({ ...plan, skipped }, "", lists)
        .split("\n")
        .slice(4),
    ).toEqual([
      "Left unencrypted (1)",
      `  e/f: ${reason} (${detail})`,
      "",
      "Lists of recipients (2)",
      "  List 1: /w/.age-recipients (1 file)",
      "    age1alice “alice”",
      "  List 2: /w/d/r (1 file)",
      "    age1bob",
      "",
      "To encrypt (2)",
      "  a (1.5 kB) -> a.age, by list 2",
      "  b (2.0 MB) -> b.age (exists already), by list 1",
      "",
    ]);
  });

  it("makes no line of a file's name, and keeps names apart", () => {
    const forged = planText({ ...plan, items: [item("a\nDone (9)", 1)] }, "");
    expect(forged).not.toMatch(/^Done/m);
    expect(forged).toContain("  a\\u{a}Done (9) (1 B) -> ");
  });

  it("finds the folder of all files, also where that is the root", () => {
    const items = [
      { ...item("a", 1), source: "/x/a", target: "/x/a.age" },
      { ...item("b", 1), source: "/y/z/b", target: "/y/z/b.age" },
    ];
    const text = planText({ ...plan, items, skipped: [] }, "");
    expect(text).toContain("Folder: /\n");
    expect(text).toContain("  y/z/b (1 B) -> y/z/b.age");
  });

  it("says where room is lacking", () => {
    expect(lackText([{ folder: "/mnt", missingBytes: 3e9 }])).toBe(
      "3.0 GB more space is needed in /mnt.",
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
    expect(reportSummary("encrypt", { ...report, skipped: plan.skipped.slice(0, 2) })).toBe(
      "1 of 3 files was encrypted, 1.5 kB, native · openssl. 1 failed. 1 not finished: cancelled.",
    );
  });

  it("counts what was left out and must be known, and nothing else that was", () => {
    const missed = [
      { path: "/w/x", reason: "recipients list cannot be used" },
      { path: "/w/y", reason: "recipients list cannot be used" },
      { path: "/w/z", reason: "target is a link" },
    ] as const;
    const { done } = report;
    const skipped = [...plan.skipped.slice(0, 2), ...missed];
    expect(reportSummary("encrypt", { done, failed: [], cancelled: [], skipped })).toBe(
      "1 file was encrypted. 3 items were left out: recipients list cannot be used (2); target is a link (1). 1.5 kB, native · openssl.",
    );
    expect(reportSummary("decrypt", { ...report, skipped: missed.slice(2) })).toBe(
      "1 of 3 files was decrypted. 1 failed. 1 not finished: cancelled. 1 item was left out: target is a link. 1.5 kB, native · openssl.",
    );
    expect(skippedSummary("decrypt", skipped)).toBe(
      "3 items left encrypted: recipients list cannot be used (2); target is a link (1). 2 skipped: already encrypted, by name.",
    );
  });

  it("lists each file that must be known before what was done, and the others short and last", () => {
    const path = (name: string) => ({ path: `/w/${name}`, reason: "part of Git" }) as const;
    const skipped = [...plan.skipped.slice(2), ...["5", "6", "7", "8"].map(path)];
    const lines = reportText("encrypt", { ...report, skipped }, "").split("\n");
    const from = lines.indexOf("Left unencrypted (1)");
    expect(lines.slice(from, from + 5)).toEqual([
      "Left unencrypted (1)",
      "  pipe: link, pipe, socket or device",
      "",
      "Done (1)",
      "  a -> a.age (1.5 kB, native · openssl · 1.0 ms)",
    ]);
    expect(lines.slice(from + 6)).toEqual(["Skipped (4)", "  part of Git: 5, 6, 7 and 1 more", ""]);
  });

  it("tells the speed of what is large enough to have one", () => {
    const done = [{ outcome: outcome(2e9) }, { outcome: outcome(1e9) }];
    expect(amountText(done)).toBe("3.0 GB at 1.5 TB/s, native · openssl");
    expect(amountText([{ outcome: outcome(0) }])).toBe("0 B, native · openssl");
    expect(amountText([])).toBe("0 B");
  });

  it("tells each way in which it was done", () => {
    const byProgram = outcome(5, { report: reportOf({ bytes: 5 }) });
    const done = [outcome(1), byProgram, outcome(2)].map((one) => ({ outcome: one }));
    expect(amountText(done)).toBe("8 B, native · openssl and pipe · age 1.1.1");
  });

  it("has the failures first, each with its next step", () => {
    const lines = reportText("encrypt", report, "1 original was kept.").split("\n");
    expect(lines.slice(1, 6)).toEqual([
      "1 original was kept.",
      "Folder: /w",
      "",
      "Failed (1)",
      "  b",
    ]);
    expect(lines[6]).toMatch(/^ {4}The system forbids it\. [A-Z].+\.$/);
    expect(lines).toContain("Cancelled (1)");
    expect(lines).toContain("  a -> a.age (1.5 kB, native · openssl · 1.0 ms)");
  });

  it("never shows what an unexpected failure says", () => {
    const failed = [{ ...item("b", 1), error: new TypeError("secret") }];
    expect(reportText("encrypt", { ...report, failed }, "")).not.toContain("secret");
  });
});

describe("what is told of a file's outcome", () => {
  it("is nothing where all went the usual way", () => {
    expect(outcomeNotes(outcome(5))).toBe("");
    expect(outcomeNotes(outcome(5, { readBack: "compared" }))).toBe("");
  });

  it("is what was done in another way than the straight one", () => {
    const typed = ["the passphrase was typed"];
    expect(outcomeNotes(outcome(5, { report: reportOf({ fallbacks: typed }) }))).toBe(
      "The passphrase was typed.",
    );
  });

  it("is what was resumed, and what could not be", () => {
    const resumed = outcome(5e9);
    const told = { ...resumed, report: { ...resumed.report, resumedBytes: 2e9 } };
    expect(outcomeNotes(told)).toBe("2.0 GB of it was already there from an interrupted run.");
    expect(outcomeNotes(outcome(5, { startedAnew: "the source changed" }))).toBe(
      "An interrupted run could not be resumed (the source changed since).",
    );
  });
});
