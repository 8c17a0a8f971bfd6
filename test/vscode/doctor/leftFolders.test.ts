import { utimesSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { sharedProcesses, type Processes } from "../../../src/documents/disk/processes";
import {
  makeStagingFolder,
  removeAllStaging,
} from "../../../src/strategies/cli/transfer/privateFolder";
import { stagingFacts } from "../../../src/vscode/doctor/leftFolders";
import { testFolder } from "../../testFolder";

afterEach(removeAllStaging);

/** A machine on which one process is alive. */
const processes: Processes = {
  ...{ pid: 22, start: "late" },
  isAlive: (pid, start) => pid === 22 && start === "late",
};
const owner = sharedProcesses(processes);
const judge = sharedProcesses(processes, "ended");

const make = async (parent: string, pid: number, start: string): Promise<string> =>
  (await makeStagingFolder({ kind: "disk", parent }, { ...owner, pid, start })).path;

describe.skipIf(process.platform === "win32")("leftover private folders", () => {
  it("are those of ended processes, and apart those that nobody here can ask about", async () => {
    const [one, other] = [testFolder(), testFolder()];
    await make(one, owner.pid, owner.start);
    const dead = await make(one, 11, owner.start);
    const strange = await make(other, 11, "pid:[1] early");
    const old = await make(other, 11, "pid:[1] early");
    utimesSync(old, 0, Date.now() / 1000 - 25 * 60 * 60);
    expect(await stagingFacts([one, other], owner, judge)).toEqual({
      left: [dead, old],
      unknown: [strange],
    });
  });

  it("are none where there is no place", async () => {
    const none = { left: [], unknown: [] };
    expect(await stagingFacts([], owner, judge)).toEqual(none);
    expect(await stagingFacts([join(testFolder(), "nothing")], owner, judge)).toEqual(none);
  });
});
