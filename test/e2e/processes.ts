import { readdir, readFile } from "node:fs/promises";
import { expect } from "vitest";

type IsMeant = (arguments_: string, environment: string) => boolean;

/** Finds processes by their arguments and environment. */
export async function findProcesses(isMeant: IsMeant): Promise<readonly number[]> {
  const found: number[] = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const read = (name: string) => readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "");
    if (isMeant(await read("cmdline"), await read("environ"))) found.push(Number(pid));
  }
  return found;
}

/** Kills at least one process by SIGKILL. */
export async function killProcesses(isMeant: IsMeant): Promise<void> {
  const found = await findProcesses(isMeant);
  expect(found.length).toBeGreaterThan(0);
  for (const pid of found) process.kill(pid, "SIGKILL");
}
