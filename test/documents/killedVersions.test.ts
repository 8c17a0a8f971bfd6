import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { isSoundVersion } from "../../src/documents/versions/keptVersions";
import { stride } from "../longForm";
import { childProgram } from "./childProgram";
import { ageFile, alice, decrypted, text } from "./kit";
import { manifestOf, versionDesk } from "./versionKit";

const read = (path: string) => decrypted(path, alice);

describe.runIf(process.platform !== "win32")("a write that keeps a version and is killed", () => {
  const program = childProgram("killedWrites.child.ts");

  /** Kills one write before the call `step`, examines what is left, and starts anew. */
  async function walk(step: number) {
    const at = await versionDesk("keep_last:1");
    const folder = join(at.folder, "work");
    const kept = join(folder, "versions");
    at.rules.folder = kept;
    await mkdir(folder);
    const target = join(folder, "target");
    await writeFile(join(folder, "new"), "new");
    await writeFile(target, await ageFile("older"), { mode: 0o600 });
    await at.save(target, "old");
    const before = await readFile(target);
    const what = "Encrypt File… onto a file";
    const given = [program.path, what, folder, text(alice.encode()), "", String(step), kept];
    const end = await promisify(execFile)(process.execPath, given).then(
      () => null,
      (error: unknown) => error as { signal: string | null; stderr: string },
    );
    if (end !== null && end.signal !== "SIGKILL") throw new Error(end.stderr);

    const versions = await at.store.versionsOf(target);
    const content = await read(target);
    const texts = await Promise.all(versions.map(({ path }) => read(path)));
    expect(versions.every(isSoundVersion), `step ${step}`).toBe(true);
    expect([["older"], ["older", "old"], ["old"]], `step ${step}`).toContainEqual(texts);
    expect(["old", "new"]).toContain(content);
    if (content === "new") expect(texts, `step ${step}`).toContain("old");
    for (const { path } of versions.filter((_one, index) => texts[index] === "old")) {
      expect(await readFile(path)).toEqual(before);
    }

    // The next window sweeps what is left, and the next save finds a working store.
    await at.store.prune();
    await at.save(target, "newest");
    const [last, ...others] = await at.store.versionsOf(target);
    expect(others).toEqual([]);
    expect(await read(last?.path ?? "")).toBe(content);
    expect((await manifestOf(last?.path ?? ""))["path"]).toBe(target);
    const names = (await readdir(kept, { recursive: true })).filter((name) => /[./]/.test(name));
    expect(names.filter((name) => !/\/\d{6}(-target|\.json)$/.test(name))).toEqual([]);
    expect(names).toHaveLength(2);
    return { wasKilled: end !== null, content };
  }

  it("before a call to the disk leaves whole versions, and nothing after the next start", async () => {
    const contents: string[] = [];
    for (let step = 1, isRunning = true; isRunning; step += 2 * stride) {
      for (const end of await Promise.all([walk(step), walk(step + stride)])) {
        contents.push(end.content);
        isRunning &&= end.wasKilled;
      }
    }
    const first = contents.indexOf("new");
    expect(first).toBeGreaterThan(30 / stride);
    expect(contents.slice(first).every((content) => content === "new")).toBe(true);
  });
});
