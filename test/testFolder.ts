import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A folder of a test, in the system's temporary folder or in another; it is gone when the test ends. */
export function testFolder(parent = tmpdir()): string {
  const path = realpathSync(mkdtempSync(join(parent, "test-of-cage-")));
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}
