import { spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished, type TestContext } from "vitest";

/**
 * A folder of a test, in the system's temporary folder or in another; it is gone when the test
 * ends.
 */
export function testFolder(parent = tmpdir()): string {
  const path = realpathSync(mkdtempSync(join(parent, "test-of-cage-")));
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}

/**
 * A file system of a test that lies in memory; where none can be mounted, the test
 * is skipped, loudly.
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
