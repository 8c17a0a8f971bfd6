import { fork } from "node:child_process";
import { mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { claimName, type Patience } from "../../../src/documents/disk/nameClaim";
import { machineProcesses, nameThisProcess } from "../../../src/documents/disk/processes";
import { childProgram } from "../childProgram";
import { expectNames, temporaryFolder } from "../kit";

/** The paths that the code under test removed. */
const removed = vi.hoisted(() => [] as string[]);

vi.mock("node:fs/promises", async (original) => {
  const fs = await original<typeof import("node:fs/promises")>();
  const unlink = async (path: string): Promise<void> => {
    removed.push(path);
    await fs.unlink(path);
  };
  return { ...fs, unlink };
});

const impatient: Patience = { alive: 300, stranger: 60, unwritten: 30 };

/** Returns the path at which the claim on a name lies. */
async function claimOf(target: string): Promise<string> {
  const release = await claimName(target);
  const [name = ""] = (await readdir(join(target, ".."))).filter((one) => one.endsWith("-claim"));
  await release();
  return join(target, "..", name);
}

/** Writes a claim, as another process would have. */
async function claimed(target: string, holder: object): Promise<string> {
  const path = await claimOf(target);
  await writeFile(path, JSON.stringify({ ...nameThisProcess(machineProcesses()), ...holder }));
  return path;
}

describe("a claim on a name", () => {
  it("is a file beside it, which goes when it is released", async () => {
    const folder = await temporaryFolder();
    const release = await claimName(join(folder, "a.age"));
    expect(await readdir(folder)).toEqual([
      expect.stringMatching(/^\.a\.age\.[0-9a-f]{24}\.cage-claim$/),
    ]);
    await release();
    await expectNames(folder);
  });

  it("lets one in at a time, in the order that chance gives", async () => {
    const folder = await temporaryFolder();
    let inside = 0;
    let most = 0;
    const enter = async (): Promise<void> => {
      const release = await claimName(join(folder, "a.age"));
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside--;
      await release();
    };
    await Promise.all(Array.from({ length: 20 }, enter));
    expect(most).toBe(1);
    await expectNames(folder);
  });

  it("is another one for another name", async () => {
    const folder = await temporaryFolder();
    const releases = await Promise.all(
      ["a.age", "b.age", ".a.age", `${"n".repeat(251)}.age`].map((name) =>
        claimName(join(folder, name), undefined, impatient),
      ),
    );
    for (const release of releases) await release();
    await expectNames(folder);
  });

  it("of a process that runs is waited for, and then it is busy", async () => {
    const folder = await temporaryFolder();
    const target = join(folder, "a.age");
    const release = await claimName(target);
    await expect(claimName(target, undefined, impatient)).rejects.toMatchObject({
      code: "busy",
      facts: { path: target },
    });
    await release();
    await (
      await claimName(target, undefined, impatient)
    )();
  });

  it("stops being waited for when that is cancelled", async () => {
    const target = join(await temporaryFolder(), "a.age");
    const release = await claimName(target);
    const abort = new AbortController();
    const waiting = claimName(target, abort.signal);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
    await release();
  });

  it.runIf(process.platform === "linux").each([
    ["a process that ended", { pid: 2 ** 22 - 3, start: "1 2" }],
    ["an earlier process with the same id", { pid: process.pid, start: "1 2" }],
    ["a process of another machine", { home: "elsewhere 1 pid:[1]" }],
    ["a process of which nothing is known", { start: "", home: "" }],
  ])("of %s is taken over", async (_what, holder) => {
    const target = join(await temporaryFolder(), "a.age");
    await claimed(target, holder);
    await (
      await claimName(target, undefined, impatient)
    )();
    await expectNames(join(target, ".."));
  });

  it.runIf(process.platform === "linux")(
    "of a process that is not there is taken over at once, also where it told no start",
    async () => {
      const target = join(await temporaryFolder(), "a.age");
      await claimed(target, { pid: 2 ** 22 - 3, start: "" });
      const patience = { ...impatient, stranger: 60_000 };
      await (
        await claimName(target, undefined, patience)
      )();
    },
  );

  it("is taken over in one step, so that whoever is killed there leaves one claim at most", async () => {
    const folder = await temporaryFolder();
    const target = join(folder, "a.age");
    const path = await claimed(target, { start: "", home: "" });
    removed.length = 0;
    const release = await claimName(target, undefined, impatient);
    expect(removed).toEqual([]);
    await expectNames(folder, basename(path));
    await release();
    await expectNames(folder);
  });

  it.each(["", "half a cl", "{}", "[]", "null", '{"pid":-1,"start":"","home":""}'])(
    "with the content %j, which no process writes, is taken over",
    async (content) => {
      const target = join(await temporaryFolder(), "a.age");
      await writeFile(await claimOf(target), content);
      await (
        await claimName(target, undefined, impatient)
      )();
      await expectNames(join(target, ".."));
    },
  );

  it.runIf(process.platform !== "win32")("is no link that is followed, and no folder", async () => {
    const folder = await temporaryFolder();
    const target = join(folder, "a.age");
    const path = await claimOf(target);
    await symlink("/dev/zero", path);
    await (
      await claimName(target, undefined, impatient)
    )();
    await expectNames(folder);
    await mkdir(path);
    await expect(claimName(target, undefined, impatient)).rejects.toThrow();
    await rm(path, { recursive: true });
    await expectNames(folder);
  });

  it("that was taken over is not released by its first owner", async () => {
    const target = join(await temporaryFolder(), "a.age");
    const release = await claimName(target);
    const path = join(target, "..", (await readdir(join(target, "..")))[0] ?? "");
    await rm(path);
    const second = await claimName(target, undefined, impatient);
    await release();
    await expectNames(join(target, ".."), basename(path));
    await second();
  });

  const program = childProgram("nameClaim.child.ts");
  it.runIf(process.platform === "linux")(
    "of a killed process is taken over by one of many that come at once",
    async () => {
      const folder = await temporaryFolder();
      const target = join(folder, "a.age");
      for (let round = 0; round < 3; round++) {
        const dying = fork(program.path, ["die", target], { stdio: "ignore" });
        await new Promise((resolve) => dying.once("exit", resolve));
        expect(await readdir(folder)).toHaveLength(1);
        const others = Array.from({ length: 4 }, () => fork(program.path, ["enter", target]));
        const codes = await Promise.all(
          others.map((one) => new Promise((resolve) => one.once("exit", resolve))),
        );
        // Each process fails if it meets another one inside.
        expect(codes).toEqual([0, 0, 0, 0]);
        await expectNames(folder);
      }
    },
  );
});
