import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import {
  machineHome,
  machineProcesses,
  sharedProcesses,
  stateOfRun,
  type Processes,
} from "../../../src/documents/disk/processes";

const linux = describe.runIf(process.platform === "linux");

linux("a process of this machine", () => {
  it("is the same one when the clock jumps", () => {
    const { now } = Date;
    const before = machineProcesses();
    Date.now = () => now() + 400 * 24 * 60 * 60 * 1000;
    try {
      const after = machineProcesses();
      expect(after.start).toBe(before.start);
      expect(after.isAlive(before.pid, before.start)).toBe(true);
      expect(sharedProcesses(after).isAlive(before.pid, sharedProcesses(before).start)).toBe(true);
    } finally {
      Date.now = now;
    }
  });

  it("can be asked about, and one of another container can't", () => {
    const shared = sharedProcesses(machineProcesses());
    expect(shared.canAsk(shared.start)).toBe(true);
    expect(shared.canAsk(shared.start.replace(/^\S+/, "pid:[1]"))).toBe(false);
    expect(shared.canAsk(`${shared.start.split(" ")[0] ?? ""} `)).toBe(false);
  });
});

linux("the run in a record", () => {
  const own = machineProcesses();
  const home = machineHome(own);
  const [host = "", boot = "", space = ""] = home.split(" ");
  const run = { pid: own.pid, start: own.start, home, since: Date.now() };
  const never: Processes = { ...own, isAlive: () => expect.fail("nobody here knows") };

  it("of this process is alive", () => {
    expect(stateOfRun(run, home, own)).toBe("alive");
  });

  it("whose process id is in use again has ended", () => {
    expect(stateOfRun({ ...run, start: "1 earlier" }, home, own)).toBe("ended");
    // Records of earlier versions name no machine.
    expect(stateOfRun({ pid: own.pid, start: "1 earlier" }, home, own)).toBe("ended");
  });

  it.each([
    ["another container", `${host} ${boot} pid:[1]`],
    ["another machine", `elsewhere ${boot} ${space}`],
    ["a machine that tells no boot", "elsewhere"],
  ])("of %s is neither alive nor ended by its process id here", (_what, theirs) => {
    expect(stateOfRun({ ...run, home: theirs }, home, never)).toBe("unknown");
    expect(stateOfRun({ ...run, home: theirs, pid: 2 ** 22 + 1 }, home, never)).toBe("unknown");
  });

  it("of this machine before it was started last has ended", () => {
    const earlier = { ...run, home: `${host} 0-0 ${space}`, since: 1 };
    expect(stateOfRun(earlier, home, never)).toBe("ended");
    // It began after that start, so it ran on another machine of the same name.
    expect(stateOfRun({ ...earlier, since: Date.now() }, home, never)).toBe("unknown");
  });
});

describe("where the system tells no start of a process", () => {
  const alive = (pids: readonly number[]): Processes => ({
    ...{ pid: 1, start: "", isAlive: (pid) => pids.includes(pid) },
  });
  const home = hostname();
  const run = { pid: 7, start: "", home, since: 1 };

  it("a process that is not there has ended, and one that is there may be another", () => {
    expect(stateOfRun(run, home, alive([]))).toBe("ended");
    expect(stateOfRun(run, home, alive([7]))).toBe("unknown");
  });
});
