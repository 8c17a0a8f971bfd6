import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { otherPrograms } from "../../src/vscode/doctorPrograms";
import { situation } from "./situation";

function testFolder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "cage-doctor-")));
  onTestFinished(() => {
    rmSync(path, { recursive: true });
  });
  return path;
}

/** A program that leaves a trace of having been started. */
function program(path: string, script: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho asked >>"$0.asked"\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const wasAsked = (path: string): boolean => existsSync(`${path}.asked`);

const ask = (paths: readonly string[], here = situation(), workspace: readonly string[] = []) => {
  const path = paths.map((one) => dirname(one)).join(":");
  return otherPrograms(paths, here, { setting: "", path, home: "/nowhere", workspace }, 300);
};

const notStarted = "not started: it can't be run, or it lies in the workspace";

describe.skipIf(process.platform !== "linux")("the programs that are not used", () => {
  it("tell their versions, beside another one too", async () => {
    const folder = testFolder();
    const age = program(join(folder, "age"), "echo v1.3.2");
    const rage = program(join(folder, "rage"), "echo rage 0.12.1");
    expect(await ask([age, rage])).toEqual([
      { path: age, says: "age 1.3.2" },
      { path: rage, says: "rage 0.12.1" },
    ]);
  });

  it("do not hold the one that is used, which is not asked again", async () => {
    const used = program(join(testFolder(), "age"), "echo 1.1.1");
    const rage = program(join(testFolder(), "rage"), "echo rage 0.12.1");
    const here = situation({}, { path: used });
    expect(await ask([used, rage], here)).toEqual([{ path: rage, says: "rage 0.12.1" }]);
    expect(wasAsked(used)).toBe(false);
  });

  it.each([
    ["fails", "exit 1"],
    ["tells something else", "echo a secret"],
    ["hangs", "exec /bin/sleep 60"],
  ])("tell no version where one %s, and the others do", async (_title, script) => {
    const folder = testFolder();
    const age = program(join(folder, "age"), script);
    const rage = program(join(folder, "rage"), "echo rage 0.12.1");
    expect(await ask([age, rage])).toEqual([
      { path: age, says: "tells no version" },
      { path: rage, says: "rage 0.12.1" },
    ]);
  });

  it("are not started where they lie in the workspace or lead there, or can't be run", async () => {
    const [workspace, outside, plain] = [testFolder(), testFolder(), testFolder()];
    const age = program(join(workspace, "age"), "echo 1.1.1");
    const own = program(join(workspace, "bin/tool"), "echo rage 0.12.1");
    const rage = join(outside, "rage");
    symlinkSync(own, rage);
    const text = join(plain, "age");
    writeFileSync(text, "", { mode: 0o644 });
    const found = await ask([age, rage, text], situation(), [workspace]);
    expect(found.map(({ says }) => says)).toEqual([notStarted, notStarted, notStarted]);
    expect([age, own, rage].filter(wasAsked)).toEqual([]);
  });

  it.each([
    ["in a workspace that is not trusted", situation({ isTrusted: false })],
    ["on another system", situation({ platform: "darwin" })],
  ])("are not started %s", async (_title, here) => {
    const age = program(join(testFolder(), "age"), "echo 1.1.1");
    expect(await ask([age], here)).toEqual([{ path: age, says: null }]);
    expect(wasAsked(age)).toBe(false);
  });
});
