import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { machineHome, machineProcesses } from "../../src/documents/disk/processes";
import { childProgram } from "./childProgram";
import { draftsOf } from "./draftsKit";
import { alice, desk, text, type Desk } from "./kit";

describe.runIf(process.platform !== "win32")("a window that is killed", () => {
  const program = childProgram("killedDraft.child.ts");

  /** Makes a draft in a process of its own. @returns the signal that killed it. */
  const make = (at: Desk, content: string, step: number): Promise<string | null> =>
    promisify(execFile)(process.execPath, [
      ...[program.path, at.path("a.txt.age"), text(alice.encode()), content, String(step)],
    ]).then(
      () => null,
      (error: unknown) => (error as { signal: string }).signal,
    );

  it("before any call to the disk leaves its earlier draft or the new one, and nothing else", async () => {
    /** Kills the making of a draft, and reads what the next window finds. */
    const walk = async (step: number): Promise<{ wasKilled: boolean; content: string }> => {
      const at = await desk();
      const path = await at.encrypted("a.txt.age", "text");
      expect(await make(at, "first", 0)).toBeNull();
      const signal = await make(at, "second", step);
      const processes = machineProcesses();
      const folder = join(at.folder, "drafts");
      const next = draftsOf(at, {
        folder,
        processes,
        home: machineHome(processes),
        session: "next",
      });
      await next.sweep(1);
      expect(await readdir(folder)).toHaveLength(1);
      const [draft] = await next.find(path);
      if (draft === undefined) throw new Error("no draft is left");
      expect(draft.of).toBe("a window that is gone");
      return { wasKilled: signal === "SIGKILL", content: text(await next.open(draft, "ask")) };
    };
    const contents: string[] = [];
    for (let step = 1, isRunning = true; isRunning; step += 2) {
      for (const { wasKilled, content } of await Promise.all([walk(step), walk(step + 1)])) {
        contents.push(content);
        isRunning &&= wasKilled;
      }
    }
    const first = contents.indexOf("second");
    expect(first).toBeGreaterThan(5);
    expect(contents.slice(0, first).every((content) => content === "first")).toBe(true);
    expect(contents.slice(first).every((content) => content === "second")).toBe(true);
  });
});
