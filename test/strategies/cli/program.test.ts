import { copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { parseVersion, ProgramFinder, programName } from "../../../src/strategies/cli/program";
import { ageError } from "../../age/kit";
import { testFolder } from "../../testFolder";
import { askedProgram, timesAsked } from "./askedProgram";
import { expectNothingLeft, fake, placesOf } from "./kit";

expectNothingLeft();

/** Makes a program that prints a version. */
function program(path: string, version: string): string {
  return askedProgram(path, `echo '${version}'`);
}

const versions: readonly (readonly [text: string, parsed: readonly [string, string] | null])[] = [
  ["1.1.1\n", ["age", "1.1.1"]],
  ["v1.0.0\n", ["age", "1.0.0"]],
  ["v1.3.2", ["age", "1.3.2"]],
  ["1.2.1+debian", ["age", "1.2.1"]],
  ["v1.3.0-rc.1\n", ["age", "1.3.0"]],
  ["(devel)\n", ["age", "unknown"]],
  ["(unknown)\n", ["age", "unknown"]],
  ["rage 0.12.1\n", ["rage", "0.12.1"]],
  ["rage 10.0.0-beta\n", ["rage", "10.0.0"]],
  ["", null],
  ["\n", null],
  ["1.1\n", null],
  ["rage\n", null],
  ["rage (devel)\n", null],
  ["sops 3.9.0\n", null],
  ["age version one\n", null],
  ["1.1.1\nand more\n", null],
  ["12345.1.1\n", null],
  ["ls (GNU coreutils) 9.1\n", null],
];

describe("a version", () => {
  it.each(versions)("%j", (text, parsed) => {
    expect(parseVersion(text)).toEqual(parsed);
  });
});

describe("the program is", () => {
  it("age before rage, wherever they are on the PATH", async () => {
    const [one, other] = [testFolder(), testFolder()];
    program(join(one, "rage"), "rage 0.12.1");
    const age = program(join(other, "age"), "1.1.1");
    const finder = new ProgramFinder(() => placesOf({ path: [one, other].join(delimiter) }));
    expect(await finder.find()).toMatchObject({ path: age, kind: "age", version: "1.1.1" });
  });

  it("rage where there is no age that can be run", async () => {
    const folder = testFolder();
    program(join(folder, "rage"), "rage 0.12.1");
    writeFileSync(join(folder, "age"), "", { mode: 0o644 });
    const finder = new ProgramFinder(() => placesOf({ path: folder }));
    expect(programName(await finder.find())).toBe("rage 0.12.1");
  });

  it("the one that the setting names, though it is called otherwise", async () => {
    const folder = testFolder();
    const own = program(join(folder, "my program"), "v1.3.2");
    program(join(folder, "age"), "1.1.1");
    const finder = new ProgramFinder(() => placesOf({ setting: own, path: folder }));
    expect(await finder.find()).toMatchObject({ path: own, version: "1.3.2", postQuantum: true });
  });

  const notFound = ["age", "./age", "/nowhere/age", "/", "/etc/passwd", "~/age"];
  it.each(notFound)(
    "missing where the setting is %s, also with one on the PATH",
    async (setting) => {
      const folder = testFolder();
      program(join(folder, "age"), "1.1.1");
      const finder = new ProgramFinder(() => placesOf({ setting, path: folder }));
      await expect(finder.find()).rejects.toEqual(ageError("program-not-found", { path: setting }));
    },
  );

  it.each(["", ":", ".", "bin:./bin", "/nowhere:/etc"])("missing on the PATH %j", async (path) => {
    const finder = new ProgramFinder(() => placesOf({ path }));
    await expect(finder.find()).rejects.toEqual(ageError("program-not-found"));
  });
});

describe("no program of the workspace is run", () => {
  const cases: readonly (readonly [title: string, path: (workspace: string) => string])[] = [
    ["its folder is on the PATH", (workspace) => workspace],
    ["a folder in it is", (workspace) => join(workspace, "bin")],
    ["a folder in it is, by a detour", (workspace) => `${workspace}/x/../bin/`],
    [
      "a link to it is",
      (workspace) => {
        const link = join(testFolder(), "link");
        symlinkSync(join(workspace, "bin"), link);
        return link;
      },
    ],
    [
      "a link to a program in it is",
      (workspace) => {
        const folder = testFolder();
        symlinkSync(join(workspace, "age"), join(folder, "age"));
        return folder;
      },
    ],
  ];
  it.each(cases)("%s", async (_title, path) => {
    const workspace = testFolder();
    program(join(workspace, "age"), "1.1.1");
    program(join(workspace, "bin", "age"), "1.1.1");
    mkdirSync(join(workspace, "x"));
    const finder = new ProgramFinder(() =>
      placesOf({ path: path(workspace), workspace: [workspace] }),
    );
    await expect(finder.find()).rejects.toEqual(ageError("program-not-found"));
  });

  it("a link to it leads by the workspace to somewhere else", async () => {
    const [workspace, folder, elsewhere] = [testFolder(), testFolder(), testFolder()];
    const age = program(join(elsewhere, "tool"), "1.1.1");
    symlinkSync(age, join(workspace, "age"));
    symlinkSync(join(workspace, "age"), join(folder, "age"));
    const finder = new ProgramFinder(() => placesOf({ path: folder, workspace: [workspace] }));
    await expect(finder.find()).rejects.toEqual(ageError("program-not-found"));
    expect(timesAsked(age)).toBe(0);
  });

  it("a relative link to it counts from where it lies, by whatever link the folder is found", async () => {
    const [workspace, folder, elsewhere] = [testFolder(), testFolder(), testFolder()];
    const age = program(join(elsewhere, "tool"), "1.1.1");
    symlinkSync(age, join(workspace, "age"));
    mkdirSync(join(folder, "bin"));
    symlinkSync(join(workspace, "age"), join(folder, "hop"));
    symlinkSync("../hop", join(folder, "bin", "age"));
    const path = join(testFolder(), "link");
    symlinkSync(join(folder, "bin"), path);
    const finder = new ProgramFinder(() => placesOf({ path, workspace: [workspace] }));
    await expect(finder.find()).rejects.toEqual(ageError("program-not-found"));
    expect(timesAsked(age)).toBe(0);
  });

  it("the workspace is opened by a link", async () => {
    const workspace = testFolder();
    const link = join(testFolder(), "link");
    symlinkSync(workspace, link);
    program(join(workspace, "age"), "1.1.1");
    const finder = new ProgramFinder(() => placesOf({ path: workspace, workspace: [link] }));
    await expect(finder.find()).rejects.toEqual(ageError("program-not-found"));
  });

  it("but that of a folder whose name begins so", async () => {
    const folder = testFolder();
    const age = program(join(folder, "workspace-tools", "age"), "1.1.1");
    const workspace = [join(folder, "workspace")];
    const finder = new ProgramFinder(() => placesOf({ path: dirname(age), workspace }));
    expect(await finder.find()).toMatchObject({ path: age });
  });
});

describe("the plugin that takes passphrases", () => {
  const finderOf = (age: string, workspace: readonly string[] = []) =>
    new ProgramFinder(() => placesOf({ path: dirname(age), workspace }));

  it("is not taken from the workspace, wherever its link lies", async () => {
    const [workspace, folder] = [testFolder(), testFolder()];
    const age = program(join(folder, "age"), "1.3.2");
    const theirs = program(join(workspace, "plugin"), "");
    symlinkSync(theirs, join(folder, "age-plugin-batchpass"));
    expect((await finderOf(age, [workspace]).find()).takesPassphrases).toBe(false);
    expect((await finderOf(age).find()).takesPassphrases).toBe(true);
  });

  it("is looked for each time", async () => {
    const age = program(join(testFolder(), "age"), "1.3.2");
    const finder = finderOf(age);
    expect((await finder.find()).takesPassphrases).toBe(false);
    const plugin = program(join(dirname(age), "age-plugin-batchpass"), "");
    expect((await finder.find()).takesPassphrases).toBe(true);
    rmSync(plugin);
    expect((await finder.find()).takesPassphrases).toBe(false);
  });
});

describe("a program is asked", () => {
  it("once while it stays what it is, also when two want to know at once", async () => {
    const age = program(join(testFolder(), "age"), "1.1.1");
    const finder = new ProgramFinder(() => placesOf({ path: dirname(age) }));
    await Promise.all([finder.find(), finder.find()]);
    await finder.find();
    expect(timesAsked(age)).toBe(1);
    program(age, "v1.3.20");
    expect(programName(await finder.find())).toBe("age 1.3.20");
    expect(timesAsked(age)).toBe(2);
  });

  it("not for ever, even if all that can be collected is", async () => {
    // Before it fired, Node 20 collected a timeout that only AbortSignal.any knew.
    setFlagsFromString("--expose-gc");
    const collectGarbage = runInNewContext("gc") as () => void;
    const path = fake("hanging-version");
    const places = placesOf({ setting: path, path: "/usr/bin:/bin" });
    const finder = new ProgramFinder(() => places, 300);
    let isOver = false;
    const found = finder.find().finally(() => (isOver = true));
    const collecting = async (): Promise<void> => {
      for (; !isOver; await new Promise((resolve) => setImmediate(resolve))) collectGarbage();
    };
    void collecting();
    await expect(found).rejects.toEqual(ageError("timed-out", { path }));
  });

  it("again after a failure", async () => {
    const age = program(join(testFolder(), "age"), "nothing");
    const finder = new ProgramFinder(() => placesOf({ path: dirname(age) }));
    for (const times of [1, 2]) {
      await expect(finder.find()).rejects.toEqual(ageError("program-failed", { path: age }));
      expect(timesAsked(age)).toBe(times);
    }
  });

  it.each([
    ["1.3.2", true, true],
    ["1.3.2", false, false],
    ["1.10.0", true, true],
    ["2.0.0", true, true],
    ["1.2.1", true, false],
    ["(devel)", true, false],
    ["rage 1.3.2", true, false],
  ])("%s, with batchpass: %s; it takes passphrases: %s", async (version, hasPlugin, takes) => {
    const folder = testFolder();
    const age = program(join(folder, "age"), version);
    if (hasPlugin) copyFileSync(age, join(folder, "age-plugin-batchpass"));
    const finder = new ProgramFinder(() => placesOf({ setting: age }));
    expect((await finder.find()).takesPassphrases).toBe(takes);
  });
});
