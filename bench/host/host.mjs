// Starts pausesInHost.ts in the extension host of a VS Code server.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInExtensionHost } from "../../scripts/hostTests.mjs";

/**
 * @param {import("../../scripts/setup/vscodeServer.mjs").InstalledServer} server
 * @param {string} script the bundle of pausesInHost.ts
 * @param {Omit<import("./pausesInHost").HostJob, "resultFile">} job
 * @returns {Promise<import("./pausesInHost").HostResult>}
 */
export async function pausesInHost(server, script, job) {
  const folder = await mkdtemp(join(tmpdir(), "cage-bench-host-"));
  const resultFile = join(folder, "result.json");
  try {
    const messages = await runInExtensionHost(server, script, {
      CAGE_BENCH_JOB: JSON.stringify({ ...job, resultFile }),
    });
    const text = await readFile(resultFile, "utf8").catch(() => null);
    if (text === null) {
      throw new Error(`the extension host brought no result:\n${messages.join("\n")}`);
    }
    return JSON.parse(text);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
