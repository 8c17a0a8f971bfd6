import { spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished, type TestContext } from "vitest";

/**
 * Makes a folder for a test, by default in the system's temporary folder. The test's end removes
 * it.
 */
export function testFolder(parent = tmpdir()): string {
  const path = realpathSync(mkdtempSync(join(parent, "test-of-cage-")));
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}

/**
 * Mounts a file system in memory for a test. If that is not possible, it skips the test with a
 * warning.
 *
 * @param options - as mount(8) takes them for tmpfs: "size=1m".
 */
export function mountedMemory(
  context: Pick<TestContext, "task" | "skip">,
  options: string,
): string {
  const path = testFolder();
  const all = `mode=0700,${options}`;
  if (spawnSync("mount", ["-t", "tmpfs", "-o", all, "tmpfs", path]).status !== 0) {
    const reason = "it needs a file system of its own, and mounting one needs root on Linux";
    console.warn(`SKIPPED: "${context.task.name}": ${reason}`);
    context.skip(reason);
  }
  onTestFinished(() => {
    spawnSync("umount", ["-l", path]);
  });
  return path;
}
