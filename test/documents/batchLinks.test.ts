import { mkdir, readFile, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { runBatch } from "../../src/documents/files/runBatch";
import { planBatch, type BatchItem, type BatchPlan } from "../../src/documents/files/planBatch";
import { decryptFile } from "../../src/documents/files/decryptFile";
import type { Disk } from "../../src/documents/disk/disk";
import { localDisk } from "../../src/documents/disk/localDisk";
import { encryptFile } from "../../src/documents/files/encryptFile";
import type { BatchOperation } from "../../src/documents/files/walkFolder";
import type { Existing } from "../../src/documents/disk/replacedVersion";
import { ageFile, desk, expectNames, temporaryFolder, type Desk } from "./kit";
import { observedDisk, type Effect } from "./observedDisk";
import { forAlice, silent } from "./operations";

const directions = ["encrypt", "decrypt"] as const;

/** Makes a folder "walked" with one file in "sub", and a stranger's folder outside of it. */
async function stage(operation: BatchOperation) {
  const at = await desk();
  const outside = await temporaryFolder();
  await mkdir(at.path("walked/sub"), { recursive: true });
  const [source, target] = operation === "encrypt" ? ["a", "a.age"] : ["a.age", "a"];
  const content = operation === "encrypt" ? "ours" : await ageFile("ours");
  await writeFile(at.path(`walked/sub/${source}`), content);
  return { at, outside, source, target, sub: at.path("walked/sub") };
}

/** Runs a plan. It replaces a target only if that is the version that the plan saw. */
async function run(plan: BatchPlan, at: Desk, disk: Disk = localDisk) {
  const context = { ...at.context, disk };
  const work = (item: BatchItem) => {
    const existing: Existing = item.taken === null ? "keep" : { replace: item.taken };
    const { source, target, seen } = item;
    return plan.operation === "encrypt"
      ? encryptFile(forAlice(source, { target, existing, seen }), context, silent)
      : decryptFile({ source, target, existing, seen }, context, silent);
  };
  const { done, failed } = await runBatch(plan, work, silent);
  const codes = failed.map(({ error }) => (error as { code?: string }).code);
  return { done: done.map(({ source }) => basename(source)), codes };
}

describe.each(directions)("a batch that is to %s", (operation) => {
  it.each([
    [
      "to a file outside",
      async (outside: string) => {
        await writeFile(join(outside, "rc"), "theirs");
        return join(outside, "rc");
      },
    ],
    ["to nothing", (outside: string) => Promise.resolve(join(outside, "none"))],
    ["to a folder", (outside: string) => Promise.resolve(outside)],
    ["to itself", (_: string, name: string) => Promise.resolve(name)],
  ] as const)("leaves out a target that is a link %s", async (_to, lead) => {
    const { at, outside, source, target, sub } = await stage(operation);
    await symlink(await lead(outside, target), join(sub, target));
    const plan = await planBatch(operation, [at.path("walked")], localDisk);
    expect(plan.items).toEqual([]);
    const reason = "target is a link";
    expect(plan.skipped).toContainEqual({ path: join(sub, source), reason });
  });

  it("leaves out a target that is a folder", async () => {
    const { at, source, target, sub } = await stage(operation);
    await mkdir(join(sub, target));
    const plan = await planBatch(operation, [at.path("walked")], localDisk);
    const reason = "target is a folder, pipe, socket or device";
    expect(plan).toMatchObject({ items: [], skipped: [{ path: join(sub, source), reason }] });
  });

  it.each(["nothing", "a file"])(
    "follows no link that takes the target's place where %s was planned",
    async (planned) => {
      const { at, outside, source, target, sub } = await stage(operation);
      const theirs = join(outside, "rc");
      await writeFile(theirs, "theirs");
      if (planned === "a file") await writeFile(join(sub, target), "mine");
      const plan = await planBatch(operation, [at.path("walked")], localDisk);
      await rm(join(sub, target), { force: true });
      await symlink(theirs, join(sub, target));
      const steps: string[] = [];
      const disk = observedDisk(localDisk, { before: ({ name }) => void steps.push(name) });
      const { codes } = await run(plan, at, disk);
      expect(steps).not.toContain("createPartial");
      expect(codes).toEqual([planned === "a file" ? "changed-on-disk" : "already-exists"]);
      expect(await readFile(theirs, "utf8")).toBe("theirs");
      expect(await readlink(join(sub, target))).toBe(theirs);
      await expectNames(sub, source, target);
    },
  );

  it("reads no other file that has the source's name by now", async () => {
    for (const swap of ["a link", "another file"]) {
      const { at, outside, source, sub } = await stage(operation);
      const theirs = join(outside, source);
      await writeFile(theirs, operation === "encrypt" ? "secret" : await ageFile("secret"));
      const plan = await planBatch(operation, [at.path("walked")], localDisk);
      await rm(join(sub, source));
      if (swap === "a link") await symlink(theirs, join(sub, source));
      else await rename(theirs, join(sub, source));
      expect(await run(plan, at)).toEqual({ done: [], codes: ["changed-on-disk"] });
      await expectNames(sub, source);
    }
  });

  it.each(["entry", "openForReading"] as const)(
    "reads no link that takes the source's place just before %s",
    async (step) => {
      const { at, outside, source, sub } = await stage(operation);
      const theirs = join(outside, source);
      await writeFile(theirs, operation === "encrypt" ? "secret" : await ageFile("secret"));
      const plan = await planBatch(operation, [at.path("walked")], localDisk);
      const before = async ({ name, path }: Effect) => {
        if (name !== step || path !== join(sub, source)) return;
        await rm(path);
        await symlink(theirs, path);
      };
      const { done, codes } = await run(plan, at, observedDisk(localDisk, { before }));
      expect(done).toEqual([]);
      expect(codes).toEqual([step === "entry" ? "changed-on-disk" : "not-found"]);
      await expectNames(sub, source);
    },
  );

  it("works in no folder that became a link, even to its own files elsewhere", async () => {
    const { at, outside, source, sub } = await stage(operation);
    const plan = await planBatch(operation, [at.path("walked")], localDisk);
    await rename(sub, join(outside, "sub"));
    await symlink(join(outside, "sub"), sub);
    const steps: string[] = [];
    const disk = observedDisk(localDisk, { before: ({ name }) => void steps.push(name) });
    expect(await run(plan, at, disk)).toEqual({ done: [], codes: ["changed-on-disk"] });
    expect(steps).not.toContain("openForReading");
    expect(steps).not.toContain("createPartial");
    await expectNames(join(outside, "sub"), source);
  });

  it("gives no file its name in a folder that became a link as it was written", async () => {
    const { at, outside, source, target, sub } = await stage(operation);
    const plan = await planBatch(operation, [at.path("walked")], localDisk);
    const after = async ({ name, path }: Effect) => {
      if (name !== "flush" || dirname(path) !== sub) return;
      await rename(sub, join(outside, "sub"));
      await symlink(join(outside, "sub"), sub);
    };
    const { codes } = await run(plan, at, observedDisk(localDisk, { after }));
    expect(codes).toEqual(["changed-on-disk"]);
    await expectNames(join(outside, "sub"), source);
    await expect(readFile(join(outside, "sub", target))).rejects.toThrow();
  });

  it("takes nothing from a folder that became a link as it was looked through", async () => {
    const { at, outside, source, sub } = await stage(operation);
    await writeFile(join(outside, source), "theirs");
    const before = async ({ name, path }: Effect) => {
      if (name !== "list" || path !== sub) return;
      await rm(sub, { recursive: true });
      await symlink(outside, sub);
    };
    const disk = observedDisk(localDisk, { before });
    expect(await planBatch(operation, [at.path("walked")], disk)).toMatchObject({
      items: [],
      skipped: [{ path: sub, reason: "link, pipe, socket or device" }],
    });
  });

  it("takes nothing that became a link since its folder was read", async () => {
    const { at, outside, source, sub } = await stage(operation);
    const after = async ({ name, path }: Effect) => {
      if (name !== "list" || path !== sub) return;
      await rm(join(sub, source));
      await writeFile(join(outside, source), "theirs");
      await symlink(join(outside, source), join(sub, source));
    };
    const disk = observedDisk(localDisk, { after });
    expect(await planBatch(operation, [at.path("walked")], disk)).toMatchObject({
      items: [],
      skipped: [{ path: join(sub, source) }],
    });
  });

  it("replaces the version of its plan, and no later one", async () => {
    for (const isLater of [false, true]) {
      const { at, target, sub } = await stage(operation);
      await writeFile(join(sub, target), "shown");
      const plan = await planBatch(operation, [at.path("walked")], localDisk);
      if (isLater) await writeFile(join(sub, target), "later");
      const { done, codes } = await run(plan, at);
      expect([done.length, codes]).toEqual(isLater ? [0, ["changed-on-disk"]] : [1, []]);
      const now = await readFile(join(sub, target), "utf8");
      if (isLater) expect(now).toBe("later");
      else expect(now).not.toBe("shown");
    }
  });

  it("works on a folder that was selected by a link, beside its files", async () => {
    const { at, source, target, sub } = await stage(operation);
    await symlink("walked", at.path("link"));
    const plan = await planBatch(operation, [at.path("link")], localDisk);
    expect(await run(plan, at)).toEqual({ done: [source], codes: [] });
    await expectNames(sub, source, target);
  });
});
