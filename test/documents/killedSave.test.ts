import { execFile } from "node:child_process";
import { readdir, readFile, stat, utimes } from "node:fs/promises";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { localDisk } from "../../src/documents/disk/localDisk";
import { isHiddenName } from "../../src/documents/disk/hiddenNames";
import { childProgram } from "./childProgram";
import * as kit from "./kit";
import { ageFile, alice, bytes, decrypted, desk } from "./kit";
import { silentDocuments } from "./silentDocuments";

const canary = "canary-5b1e";
const newLine = `new ${canary}\n`;
/** The text that the child makes of the new line: three chunks. */
const newText = newLine.repeat(9000);
const oldText = `old ${canary}\n`.repeat(9000);

interface End {
  readonly wasKilled: boolean;
  readonly steps: readonly string[];
}

describe.runIf(process.platform !== "win32")("a save that is killed", () => {
  const program = childProgram("killedSave.child.ts");

  /**
   * Saves the new text in another process, which dies before or after its n-th call to the disk.
   */
  async function save(path: string, moment: string, step: number): Promise<End> {
    const identity = kit.text(alice.encode());
    const given = [program.path, path, identity, newLine, moment, String(step)];
    try {
      const { stdout } = await promisify(execFile)(process.execPath, given);
      return { wasKilled: false, steps: stdout.split("\n").slice(0, -1) };
    } catch (error) {
      const { signal, stdout } = error as { signal: string; stdout: string };
      expect(signal).toBe("SIGKILL");
      return { wasKilled: true, steps: stdout.split("\n").slice(0, -1) };
    }
  }

  /** Kills one save and examines what is left. @returns where it died, and the text. */
  async function walk(moment: "before" | "after", step: number): Promise<End & { text: string }> {
    const at = await desk();
    const path = await at.put("secrets.yaml.age", await ageFile(oldText));
    const end = await save(path, moment, step);
    const text = await decrypted(path, alice);
    expect([oldText, newText]).toContain(text);
    for (const name of await readdir(at.folder)) {
      const content = await readFile(at.path(name), "latin1");
      expect(content).not.toContain(canary);
      if (name === "secrets.yaml.age") continue;
      expect(isHiddenName(name)).toBe(true);
      expect((await stat(at.path(name))).mode & 0o077 & ~0o044).toBe(0);
      const start = name.endsWith("cage-claim") ? '{"pid":' : "age-encryption.org/v1\n";
      expect(content.startsWith(start) || start.startsWith(content)).toBe(true);
      // As if an hour had passed: the next save then cleans up.
      await utimes(at.path(name), 1, 1);
    }
    const documents = silentDocuments(at.context);
    await documents.read(path, "ask");
    await documents.write(path, bytes("next"), "when changed");
    expect(await decrypted(path, alice)).toBe("next");
    await kit.expectNames(at.folder, "secrets.yaml.age");
    return { ...end, text };
  }

  it.each(["before", "after"] as const)(
    "leaves the old file or the new one, whole, %s each step",
    async (moment) => {
      const steps: string[] = [];
      const texts: string[] = [];
      for (let step = 1, isRunning = true; isRunning;) {
        const ends = await Promise.all([step, step + 1].map((at) => walk(moment, at)));
        for (const end of ends.filter(({ wasKilled }) => wasKilled)) {
          steps.push(end.steps.at(-1) ?? "");
          texts.push(end.text);
        }
        isRunning = ends.every(({ wasKilled }) => wasKilled);
        step += ends.length;
      }
      expect(steps).toEqual(expect.arrayContaining(["create", "flush", "close", "read", "rename"]));
      // These steps follow the candidate's creation. The earlier "list" and "facts" look for
      // leftovers.
      const first = steps.indexOf("create");
      const writes = steps.filter((name) => name === "write");
      expect(writes.length).toBeGreaterThan(0);
      expect(steps.slice(first)).toEqual([
        ...["create", ...writes, "flush", "read", "claim", "facts", "realPath"],
        ...[
          "link",
          "openForReading",
          "stream",
          "copyRights",
          "isAt",
          "isAt",
          "rename",
          "stream",
          "remove",
          "flushFolder",
        ],
        ...["isAt", "close", "facts", "list", "look", "close"],
      ]);
      const renamed = steps.indexOf("rename") + (moment === "before" ? 1 : 0);
      expect(texts.slice(0, renamed).every((text) => text === oldText)).toBe(true);
      expect(texts.slice(renamed).every((text) => text === newText)).toBe(true);
    },
  );

  it("is a save like any other when it is not killed", async () => {
    const at = await desk();
    const path = await at.put("secrets.yaml.age", await ageFile(oldText));
    const { wasKilled } = await save(path, "before", 1000);
    expect(wasKilled).toBe(false);
    expect(await decrypted(path, alice)).toBe(newText);
    expect((await localDisk.list(at.folder)).map(({ name }) => name)).toEqual(["secrets.yaml.age"]);
  });
});
