import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it, vi } from "vitest";
import { peakKibibytes, watchPrograms } from "../../bench/peakMemory.mjs";

describe("the peak of memory", () => {
  it("of this process is at least what it has now", () => {
    expect(peakKibibytes()).toBeGreaterThan(process.memoryUsage().rss / 1024 / 2);
  });

  it.runIf(process.platform === "linux")("of a program is seen while it runs", async () => {
    const programs = watchPrograms(process.pid);
    const program = spawn(process.execPath, ["-e", "process.stdin.resume()"]);
    try {
      await vi.waitFor(() => {
        expect(programs.most()).toBeGreaterThan(1024);
      });
    } finally {
      programs.end();
      program.stdin.end();
      await once(program, "exit");
    }
  });

  it("is nothing where no program was started", () => {
    const programs = watchPrograms(-1);
    expect(programs.most()).toBe(0);
    programs.end();
  });
});
