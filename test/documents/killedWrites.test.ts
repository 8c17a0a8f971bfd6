import { execFile } from "node:child_process";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { identityFileText } from "../../src/keys/identityFileText";
import { childProgram } from "./childProgram";
import { ageFile, alice, bob, decrypted, temporaryFolder, text } from "./kit";

const added = text(identityFileText(bob, new Date(0)));
const age = (path: string) => decrypted(path, alice);
const plain = (path: string) => readFile(path, "utf8");

/** The ways of writing an existing target: each with both versions, and how they are read. */
const writes = [
  [
    "an identity that is added",
    `${text(alice.encode())}\n`,
    `${text(alice.encode())}\n${added}`,
    plain,
  ],
  ["a copy onto a file", "old", "new", age],
  ["Encrypt File… onto a file", "old", "new", age],
  ["Decrypt File… onto a file", "old", "new", plain],
] as const;

describe.runIf(process.platform !== "win32")("a write that is killed", () => {
  const program = childProgram("killedWrites.child.ts");

  it.each(writes)(
    "before any call to the disk leaves the old version or the new one: %s",
    async (what, before, after, read) => {
      /** Kills one write and examines what is left. @returns whether it died, and the content. */
      const walk = async (step: number): Promise<{ wasKilled: boolean; content: string }> => {
        const folder = join(await temporaryFolder(), "work");
        await mkdir(folder);
        const target = join(folder, "target");
        await writeFile(join(folder, "new"), "new");
        await writeFile(join(folder, "new.age"), await ageFile("new"));
        await writeFile(target, read === age ? await ageFile(before) : before, { mode: 0o600 });
        const given = [program.path, what, folder, text(alice.encode()), added, String(step)];
        const signal = await promisify(execFile)(process.execPath, given).then(
          () => null,
          (error: unknown) => (error as { signal: string }).signal,
        );
        const content = await read(target);
        expect([before, after]).toContain(content);
        expect((await stat(target)).mode & 0o077).toBe(0);
        return { wasKilled: signal === "SIGKILL", content };
      };
      const contents: string[] = [];
      for (let step = 1, isRunning = true; isRunning; step += 2) {
        for (const end of await Promise.all([walk(step), walk(step + 1)])) {
          contents.push(end.content);
          isRunning &&= end.wasKilled;
        }
      }
      // It was killed before and after the new version appeared. No step brought the old one back.
      const first = contents.indexOf(after);
      expect(first).toBeGreaterThan(5);
      expect(contents.slice(first).every((content) => content === after)).toBe(true);
    },
  );
});
