import { symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { otherPrograms } from "../../../src/vscode/doctor/otherPrograms";
import { askedProgram, timesAsked } from "../../strategies/cli/askedProgram";
import { owner } from "../../strategies/cli/kit";
import { testFolder } from "../../testFolder";
import { situation } from "../situation";

const ask = (paths: readonly string[], here = situation(), workspace: readonly string[] = []) => {
  const path = paths.map((one) => dirname(one)).join(":");
  return otherPrograms(paths, here, { setting: "", path, home: "/nowhere", workspace, owner }, 300);
};

const notStarted = "not started: it can't be run, or it lies in the workspace";

describe.skipIf(process.platform !== "linux")("the programs that are not used", () => {
  it("tell their versions, beside another one too", async () => {
    const folder = testFolder();
    const age = askedProgram(join(folder, "age"), "echo v1.3.2");
    const rage = askedProgram(join(folder, "rage"), "echo rage 0.12.1");
    expect(await ask([age, rage])).toEqual([
      { path: age, says: "age 1.3.2" },
      { path: rage, says: "rage 0.12.1" },
    ]);
  });

  it("do not hold the one that is used, which is not asked again", async () => {
    const used = askedProgram(join(testFolder(), "age"), "echo 1.1.1");
    const rage = askedProgram(join(testFolder(), "rage"), "echo rage 0.12.1");
    const here = situation({}, { path: used });
    expect(await ask([used, rage], here)).toEqual([{ path: rage, says: "rage 0.12.1" }]);
    expect(timesAsked(used)).toBe(0);
  });

  it.each([
    ["fails", "exit 1"],
    ["tells something else", "echo a secret"],
    ["hangs", "exec /bin/sleep 60"],
  ])("tell no version where one %s, and the others do", async (_title, script) => {
    const folder = testFolder();
    const age = askedProgram(join(folder, "age"), script);
    const rage = askedProgram(join(folder, "rage"), "echo rage 0.12.1");
    expect(await ask([age, rage])).toEqual([
      { path: age, says: "unknown version" },
      { path: rage, says: "rage 0.12.1" },
    ]);
  });

  it("are not started where they lie in the workspace or lead there, or can't be run", async () => {
    const [workspace, outside, plain] = [testFolder(), testFolder(), testFolder()];
    const age = askedProgram(join(workspace, "age"), "echo 1.1.1");
    const own = askedProgram(join(workspace, "bin/tool"), "echo rage 0.12.1");
    const rage = join(outside, "rage");
    symlinkSync(own, rage);
    const text = join(plain, "age");
    writeFileSync(text, "", { mode: 0o644 });
    const found = await ask([age, rage, text], situation(), [workspace]);
    expect(found.map(({ says }) => says)).toEqual([notStarted, notStarted, notStarted]);
    expect([age, own, rage].map(timesAsked)).toEqual([0, 0, 0]);
  });

  it.each([
    ["in a workspace that is not trusted", situation({ isTrusted: false })],
    ["on another system", situation({ platform: "darwin" })],
  ])("are not started %s", async (_title, here) => {
    const age = askedProgram(join(testFolder(), "age"), "echo 1.1.1");
    expect(await ask([age], here)).toEqual([{ path: age, says: null }]);
    expect(timesAsked(age)).toBe(0);
  });
});
