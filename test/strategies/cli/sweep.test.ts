import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { programEnvironment } from "../../../src/strategies/cli/process/environment";
import { makeStagingFolder } from "../../../src/strategies/cli/transfer/privateFolder";
import { sweep } from "../../../src/strategies/cli/sweep";
import { testFolder } from "../../testFolder";
import { expectNothingLeft, home, owner, place } from "./kit";

expectNothingLeft();

const memory = place.parent;

describe("the sweep of private folders", () => {
  it("removes what ended processes left, and nothing else", async () => {
    const parent = testFolder(memory);
    const make = (pid: number, start: string) =>
      makeStagingFolder({ ...place, parent }, { ...owner, pid, start });
    const [dead, reused, alive] = [
      await make(11, "early"),
      await make(22, "early"),
      await make(22, "late"),
    ];
    writeFileSync(join(dead.path, "left"), "");
    const precious = join(testFolder(memory), "precious");
    writeFileSync(precious, "");
    symlinkSync(join(precious, ".."), join(dead.path, "link"));
    const others = ["cage-11-x-0123456789abcdef", "cage-bench-x", "cage-11--0123", "other"];
    for (const name of others) mkdirSync(join(parent, name));
    const link = `cage-11-6561726c79-0123456789abcdef`;
    symlinkSync(join(precious, ".."), join(parent, link));

    await sweep([parent], {
      ...owner,
      isAlive: (pid, start) => pid === 22 && start === "late",
    });
    const left = readdirSync(parent).map((name) => join(parent, name));
    expect(left.sort()).toEqual(
      [alive.path, join(parent, link), ...others.map((name) => join(parent, name))].sort(),
    );
    expect(existsSync(reused.path)).toBe(false);
    expect(existsSync(precious)).toBe(true);
  });

  it("removes after a day what belongs to nobody who can be asked", async () => {
    const parent = testFolder(memory);
    const [old, young] = [
      await makeStagingFolder({ ...place, parent }, owner),
      await makeStagingFolder({ ...place, parent }, owner),
    ];
    const day = 24 * 60 * 60;
    utimesSync(old.path, 0, Date.now() / 1000 - day - 60);
    utimesSync(young.path, 0, Date.now() / 1000 - day + 60);
    await sweep([parent], { ...owner, canAsk: () => false });
    expect(readdirSync(parent).map((name) => join(parent, name))).toEqual([young.path]);
  });

  it("leaves a living process its folder when the clock jumps by a year", async () => {
    const parent = testFolder(memory);
    const { path } = await makeStagingFolder({ ...place, parent }, owner);
    vi.setSystemTime(Date.now() + 365 * 24 * 60 * 60 * 1000);
    onTestFinished(() => {
      vi.useRealTimers();
    });
    await sweep([parent], owner);
    expect(existsSync(path)).toBe(true);
  });

  it("of a place that is not there does nothing", async () => {
    await expect(sweep(["/dev/shm/nothing-there"], owner)).resolves.toBeUndefined();
  });
});

interface Started {
  readonly ended: Promise<unknown>;
  readonly end: () => void;
}

describe("the sweep of programs", () => {
  /** Starts an endless program as a process with this id would. */
  async function left(pid: number, cwd: string): Promise<Started> {
    const environment = programEnvironment("/usr/bin:/bin", home, { ...owner, pid });
    return started(environment, cwd);
  }

  async function started(env: Readonly<Record<string, string>>, cwd: string): Promise<Started> {
    const script = "trap '' TERM; echo; exec sleep 1000";
    const child = spawn("/bin/sh", ["-c", script], {
      ...{ cwd, env, stdio: ["ignore", "pipe", "ignore"], detached: true },
    });
    const ended = once(child, "exit");
    onTestFinished(async () => {
      child.kill("SIGKILL");
      await ended;
    });
    await once(child.stdout, "data");
    return { ended, end: () => child.kill("SIGKILL") };
  }

  it("ends those of a process that has ended, wherever they are, and those of no other", async () => {
    const parent = testFolder(memory);
    const { path } = await makeStagingFolder({ ...place, parent }, { ...owner, pid: 11 });
    const ofEnded = [await left(11, path), await left(11, "/")];
    const ofOthers = [
      await left(22, "/"),
      // A program that only uses the folder is not one of Cage's.
      await started({ HOME: home }, path),
      await started({ HOME: home, CAGE_PROGRAM_OF: "something else" }, path),
    ];
    let others = 0;
    for (const { ended } of ofOthers) void ended.then(() => others++);
    await sweep([parent], { ...owner, isAlive: (pid) => pid === 22 });
    expect(await Promise.all(ofEnded.map(({ ended }) => ended))).toEqual([
      [null, "SIGKILL"],
      [null, "SIGKILL"],
    ]);
    expect(others).toBe(0);
    for (const { end } of ofOthers) end();
    await Promise.all(ofOthers.map(({ ended }) => ended));
  });

  it("ends none of a living process, however old its folder is", async () => {
    const parent = testFolder(memory);
    const { path } = await makeStagingFolder({ ...place, parent }, owner);
    utimesSync(path, 0, 0);
    const { ended, end } = await left(owner.pid, path);
    let isOver = false;
    void ended.then(() => (isOver = true));
    await sweep([parent], owner);
    expect(existsSync(path)).toBe(true);
    expect(isOver).toBe(false);
    end();
    await ended;
  });
});
