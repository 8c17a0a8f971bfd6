import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AgeError } from "../../../src/age/errors";
import { AuditFile, type LastLine } from "../../../src/vscode/settings/auditFile";
import { auditLine } from "../../../src/vscode/wording/auditLine";
import { appendLine } from "../../../src/vscode/settings/machine";
import { report } from "../report";
import { warnings } from "../vscodeShim";

const now = new Date("2026-01-02T03:04:05Z");

describe("a line of the audit file", () => {
  it("tells what was done, by what and for whom", () => {
    const told = report({
      operation: "encrypt",
      recipients: ["ab12"],
      fallbacks: ["not native: x"],
    });
    expect(JSON.parse(auditLine("/w/a.age", told, now))).toEqual({
      ...{ time: "2026-01-02T03:04:05.000Z", path: "/w/a.age", operation: "encrypt" },
      ...{ strategy: "pipe", program: "age 1.1.1", bytes: 85_000_000, resumedBytes: 0 },
      ...{ seconds: 1, megabytesPerSecond: 85, reason: "cage.streaming.strategy asks for it" },
      ...{ fallbacks: ["not native: x"], bufferSize: 1 << 20, recipientsSha256: ["ab12"] },
    });
  });

  it("names an engine for native, and no recipients where they are not known", () => {
    const line = auditLine("/w/a\nb.age", report({ strategy: "native", engine: "wasm" }), now);
    expect(JSON.parse(line)).toMatchObject({ engine: "wasm", path: "/w/a\nb.age" });
    expect(line).not.toContain("\n");
    expect(line).not.toContain("recipients");
  });
});

describe("the audit file", () => {
  let folder = "";
  beforeEach(async () => {
    warnings.length = 0;
    folder = await mkdtemp(join(tmpdir(), "cage-audit-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const audit = (path: () => string, append = appendLine): AuditFile =>
    new AuditFile({ path, append, now: () => now });

  it("gets whole lines in the order of the operations, readable for its owner only", async () => {
    const path = join(folder, "audit.jsonl");
    const file = audit(() => path);
    await Promise.all(Array.from({ length: 50 }, (_, bytes) => file.add("/a", report({ bytes }))));
    const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { bytes: number }).bytes)).toEqual(
      Array.from({ length: 50 }, (_, index) => index),
    );
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("keeps what is there", async () => {
    const path = join(folder, "audit.jsonl");
    await writeFile(path, "{}\n");
    await audit(() => path).add("/a", report());
    expect(await readFile(path, "utf8")).toMatch(/^\{\}\n\{"time".*\}\n$/);
  });

  it.each([
    ["nothing", "", ""],
    ["a whole line", "{}\n", "{}\n"],
    ["a half line", '{}\n{"time":"20', '{}\n{"time":"20\n'],
  ])("begins a line after %s at a line's beginning", async (_title, there, kept) => {
    const path = join(folder, "audit.jsonl");
    await writeFile(path, there);
    const file = audit(() => path);
    await file.add("/a", report());
    await file.add("/b", report());
    const text = await readFile(path, "utf8");
    expect(text.startsWith(kept)).toBe(true);
    const lines = text.slice(kept.length).trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { path: string }).path)).toEqual(["/a", "/b"]);
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === "win32")(
    "is appended to where it can't be read, after a failure on a line of its own",
    async () => {
      const path = join(folder, "audit.jsonl");
      await writeFile(path, "half", { mode: 0o200 });
      await appendLine(path, "1", "failed");
      await appendLine(path, "2", "whole");
      await chmod(path, 0o600);
      expect(await readFile(path, "utf8")).toBe("half\n1\n2\n");
    },
  );

  it("tells what appends whether the line before failed", async () => {
    const told: LastLine[] = [];
    let path = "/x/audit.jsonl";
    const file = audit(
      () => path,
      (_path, _line, last) => {
        told.push(last);
        return told.length === 1 ? Promise.reject(new Error("it failed")) : Promise.resolve();
      },
    );
    for (let count = 0; count < 3; count++) await file.add("/a", report());
    path = "/y/audit.jsonl";
    await file.add("/a", report());
    expect(told).toEqual(["whole", "failed", "whole", "whole"]);
  });

  it("is none unless it is asked for", async () => {
    const file = audit(
      () => "",
      () => Promise.reject(new Error("nothing may be written")),
    );
    await file.add("/a", report());
    expect(warnings).toEqual([]);
  });

  it("tells once that it can't be written, and again after it could be", async () => {
    let fails = true;
    const file = audit(
      () => "/x/audit.jsonl",
      () => (fails ? Promise.reject(new AgeError("disk-full", "it is full")) : Promise.resolve()),
    );
    await file.add("/a", report());
    await file.add("/a", report());
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(
      "Nothing is written to the audit file /x/audit.jsonl: it is full.",
    );
    fails = false;
    await file.add("/a", report());
    fails = true;
    await file.add("/a", report());
    expect(warnings).toHaveLength(2);
  });

  it.each([
    ["audit.jsonl", "it is not an absolute path"],
    ["/nowhere/at/all/audit.jsonl", "its folder does not exist"],
    [tmpdir(), "it is a folder"],
    ["/dev/null", "it is not a file"],
  ])("refuses %s", async (path, reason) => {
    await audit(() => path).add("/a", report());
    expect(warnings[0]).toContain(reason);
  });
});
