import { readdir, readFile } from "node:fs/promises";
import { expect } from "vitest";

/** Kills processes by SIGKILL, at least one, by their arguments and environment. */
export async function killProcesses(
  isMeant: (arguments_: string, environment: string) => boolean,
): Promise<void> {
  let killed = 0;
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const read = (name: string) => readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "");
    if (!isMeant(await read("cmdline"), await read("environ"))) continue;
    killed++;
    process.kill(Number(pid), "SIGKILL");
  }
  expect(killed).toBeGreaterThan(0);
}
