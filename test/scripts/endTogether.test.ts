import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const packageFile = new URL("../../package.json", import.meta.url);
const ownPackage = JSON.parse(readFileSync(packageFile, "utf8")) as { scripts: { start: string } };
const ownStart = ownPackage.scripts.start;
const script = fileURLToPath(new URL("served.child.mjs", import.meta.url));

let folder: string;
let started: number[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cage-start-"));
  const start = ownStart.replace("scripts/start.mjs", JSON.stringify(script));
  expect(start).not.toBe(ownStart);
  await writeFile(join(folder, "package.json"), JSON.stringify({ scripts: { start } }));
});

afterEach(async () => {
  for (const pid of started.filter(isRunning)) process.kill(pid, "SIGKILL");
  started = [];
  await rm(folder, { recursive: true });
});

/** Starts npm in a process group of its own, as a shell does in the background. */
async function start(): Promise<Readonly<Record<"npm" | "script", number>>> {
  const npm = spawn("npm", ["start", "--silent"], {
    cwd: folder,
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [line] = (await once(createInterface(npm.stdout), "line")) as [string];
  const [scriptPid = 0, ...served] = JSON.parse(line) as number[];
  started = [npm.pid ?? 0, scriptPid, ...served];
  return { npm: npm.pid ?? 0, script: scriptPid };
}

function isRunning(pid: number): boolean {
  // A container's first process may leave ended processes as zombies.
  if (!existsSync(`/proc/${pid}`)) return false;
  return !readFileSync(`/proc/${pid}/stat`, "latin1").includes(") Z ");
}

describe.runIf(process.platform === "linux")("npm start", () => {
  for (const to of ["npm", "script"] as const) {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGKILL"] as const) {
      it(`leaves nothing running when ${to} gets ${signal}`, async () => {
        const pids = await start();
        expect(started.filter(isRunning)).toEqual(started);
        process.kill(pids[to], signal);
        await expect.poll(() => started.filter(isRunning), { timeout: 20_000 }).toEqual([]);
      });
    }
  }
});
