import { execFile } from "node:child_process";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { describe, expect, inject, it } from "vitest";
import { decryptFile } from "../../src/documents/files/decryptFile";
import { encryptFile } from "../../src/documents/files/encryptFile";
import type { FileOutcome } from "../../src/documents/files/fileOutcome";
import { isPartialName } from "../../src/documents/disk/hiddenNames";
import { findUnfinished } from "../../src/documents/files/unfinished";
import { expectBytes, plaintextOf } from "../age/kit";
import { isLong } from "../longForm";
import { childProgram } from "./childProgram";
import * as kit from "./kit";
import { ageFile, alice, desk, type Desk } from "./kit";
import type { Orders } from "./killedOperation.child";
import { forAlice, inProcess, silent } from "./operations";

const chunk = 65_536;

type Operation = Orders["operation"];

describe.runIf(process.platform !== "win32")("an operation that is killed", () => {
  const program = childProgram("killedOperation.child.ts");

  /** Makes a desk with a source for the operation. */
  async function stage(operation: Operation, plaintext: Uint8Array): Promise<Desk> {
    const at = await desk();
    await at.put("source", operation === "encrypt" ? plaintext : await ageFile(plaintext));
    return at;
  }

  /**
   * Runs the operation in another process.
   *
   * @returns the calls to the disk that it began, and whether it died.
   */
  async function killed(at: Desk, operation: Operation, death: Orders["death"]) {
    const orders: Orders = {
      ...{ operation, death, source: at.path("source"), target: at.path("target") },
      ...{ folder: at.context.unfinished.folder, workerFile: inject("workerFile") },
      identity: kit.text(alice.encode()),
    };
    const end = await promisify(execFile)(process.execPath, [
      program.path,
      JSON.stringify(orders),
    ]).then(
      ({ stdout }) => ({ stdout, signal: null }),
      (error: unknown) => error as { stdout: string; signal: string | null; stderr: string },
    );
    if (end.signal !== null) expect(end.signal).toBe("SIGKILL");
    const steps = end.stdout.split("\n").slice(0, -1);
    return { wasKilled: end.signal !== null, steps };
  }

  /**
   * Expects one of three: nothing, an unfinished file with rights of at most 0644, or all of it.
   */
  async function expectSound(at: Desk, operation: Operation, plaintext: Uint8Array) {
    // The next run takes over the claim of a dead process.
    const names = (await readdir(at.folder)).filter(
      (name) => name !== "source" && !name.endsWith(".cage-claim"),
    );
    expect(names.length).toBeLessThan(2);
    const [name] = names;
    if (name === undefined) return "nothing";
    if (name === "target") {
      await expectTarget(at, operation, plaintext);
      return "all";
    }
    expect(isPartialName(name)).toBe(true);
    expect((await stat(at.path(name))).mode & 0o777 & ~0o644).toBe(0);
    const found = await findUnfinished(inProcess(at, 3));
    expect(found.map(({ record }) => record.partial)).toEqual([at.path(name)]);
    return "partial";
  }

  async function expectTarget(at: Desk, operation: Operation, plaintext: Uint8Array) {
    if (operation === "decrypt") expectBytes(await readFile(at.path("target")), plaintext);
    else {
      const back = {
        source: at.path("target"),
        target: at.path("back"),
        existing: "keep",
      } as const;
      await decryptFile(back, at.context, silent);
      expectBytes(await readFile(at.path("back")), plaintext);
      await rm(at.path("back"));
    }
  }

  /** Runs the operation again and checks its whole result. */
  async function resumed(at: Desk, operation: Operation, plaintext: Uint8Array) {
    const context = inProcess(at, 3);
    const files = {
      source: at.path("source"),
      target: at.path("target"),
      existing: "keep",
    } as const;
    const outcome: FileOutcome =
      operation === "encrypt"
        ? await encryptFile(forAlice(files.source, files), context, silent)
        : await decryptFile(files, context, silent);
    await expectTarget(at, operation, plaintext);
    await kit.expectNames(at.folder, "source", "target");
    return outcome;
  }

  /** The moments of the kills. In the short form, the two operations share them. */
  const moments: Readonly<Record<Operation, readonly ("before" | "after")[]>> = {
    encrypt: isLong ? ["before", "after"] : ["before"],
    decrypt: isLong ? ["before", "after"] : ["after"],
  };

  describe.each(["encrypt", "decrypt"] as const)("(%s)", (operation) => {
    it.each(moments[operation])("%s any call to the disk is resumed", async (moment) => {
      const plaintext = plaintextOf(5 * chunk + 7);
      const states: string[] = [];
      const last: string[] = [];
      const walk = async (step: number) => {
        const at = await stage(operation, plaintext);
        const { wasKilled, steps } = await killed(at, operation, { moment, step });
        const state = await expectSound(at, operation, plaintext);
        if (!wasKilled) expect(state).toBe("all");
        const isWorkDone = steps.includes("flush partial");
        if (state !== "all") {
          const { report, startedAnew } = await resumed(at, operation, plaintext);
          expect(startedAnew).toBeNull();
          if (isWorkDone) expect(report.resumedBytes).toBe(plaintext.length);
        }
        expect(await findUnfinished(inProcess(at, 4))).toEqual([]);
        const left = await readdir(at.context.unfinished.folder).catch(() => []);
        expect(left.filter((name) => name.endsWith(".json"))).toEqual([]);
        return { wasKilled, state, steps };
      };
      for (let step = 1, isRunning = true; isRunning; step += 2) {
        for (const end of await Promise.all([walk(step), walk(step + 1)])) {
          // No event marks the end of a call that fails, so the process can't die after it.
          isRunning &&= end.wasKilled || end.steps.length > step;
          if (!end.wasKilled) continue;
          states.push(end.state);
          last.push(end.steps.at(-1) ?? "");
        }
      }
      // The walk met every kind of state, and the target appears only with the rename.
      expect(new Set(states)).toEqual(new Set(["nothing", "partial", "all"]));
      expect(last).toEqual(
        expect.arrayContaining([
          ...["createPartial partial", "flush partial"],
          operation === "encrypt" ? "copyRights partial" : "setMode partial",
        ]),
      );
      const placed = states.indexOf("all");
      expect(states.slice(placed).every((state) => state === "all")).toBe(true);
    });

    it.each([0.1, 0.5, 0.9])(
      "with workers in the middle, at %d of it, loses little",
      async (part) => {
        const size = 48 * 2 ** 20 + 3;
        const plaintext = plaintextOf(size);
        const at = await stage(operation, plaintext);
        const bytes = Math.floor(size * part);
        const { wasKilled } = await killed(at, operation, { bytes });
        expect(wasKilled).toBe(true);
        expect(await expectSound(at, operation, plaintext)).toBe("partial");
        const { report, startedAnew } = await resumed(at, operation, plaintext);
        expect(startedAnew).toBeNull();
        expect(report.threads).toBeGreaterThan(0);
        // Only the chunks under way are done twice.
        expect(report.resumedBytes).toBeGreaterThan(bytes - 2 ** 22);
        expect(report.resumedBytes).toBeLessThanOrEqual(size);
      },
    );
  });
});
