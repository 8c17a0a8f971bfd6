import { chmod, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { AgeError, type AgeErrorCode } from "../../src/age/errors";
import { decryptFile } from "../../src/documents/files/decryptFile";
import { localDisk } from "../../src/documents/disk/localDisk";
import { encryptFile } from "../../src/documents/files/encryptFile";
import { findUnfinished } from "../../src/documents/files/unfinished";
import type { Strategy } from "../../src/strategies/strategy";
import { expectBytes, plaintextOf } from "../age/kit";
import * as kit from "./kit";
import { ageFile, desk, diskFull, type Desk } from "./kit";
import { observedDisk, type Effect } from "./observedDisk";
import { forAlice, partialIn, shown, silent, story } from "./operations";
import { plainStrategy } from "./plainStrategy";

const size = 5 * 65_536;
const plaintext = plaintextOf(size);

/** Both directions, with the same target. */
const directions = ["encrypting", "decrypting"] as const;

async function stage(): Promise<Desk> {
  const at = await desk();
  await at.put("source", plaintext);
  await at.put("source.age", await ageFile(plaintext));
  return at;
}

/** Runs an operation. If it is to replace its target, it finds an old one there. */
async function run(
  at: Desk,
  direction: (typeof directions)[number],
  facts: Partial<Desk["context"]> = {},
  fate: "keep" | "replace" = "keep",
  signal?: AbortSignal,
) {
  const target = at.path("target");
  if (fate === "replace") await writeFile(target, "old");
  const existing = fate === "keep" ? fate : await shown(target);
  const context = { ...at.context, ...facts };
  if (direction === "encrypting") {
    const encryption = forAlice(at.path("source"), { target, existing });
    return encryptFile(encryption, context, silent, signal);
  }
  return decryptFile({ source: at.path("source.age"), target, existing }, context, silent, signal);
}

async function expectTarget(at: Desk, direction: (typeof directions)[number]): Promise<void> {
  if (direction === "decrypting") expectBytes(await readFile(at.path("target")), plaintext);
  else {
    const back = { source: at.path("target"), target: at.path("back"), existing: "keep" } as const;
    await decryptFile(back, at.context, silent);
    expectBytes(await readFile(at.path("back")), plaintext);
  }
}

/** Expects neither a record nor a part of one. */
async function expectNoRecord(at: Desk): Promise<void> {
  expect(await readdir(at.context.unfinished.folder).catch(() => [] as string[])).toEqual([]);
}

describe.each(directions)("%s a file", (direction) => {
  it("leaves nothing, cancelled before any write", async () => {
    const at = await stage();
    /** Runs the operation and aborts it before the n-th write. @returns its failure. */
    const failure = async (nth: number): Promise<unknown> => {
      const abort = new AbortController();
      let writes = 0;
      const strategy = plainStrategy(() => {
        if (++writes === nth) abort.abort();
      });
      return run(at, direction, { strategyFor: () => strategy }, "keep", abort.signal).then(
        () => null,
        (thrown: unknown) => thrown,
      );
    };
    let nth = 1;
    for (let error = await failure(nth); error !== null; error = await failure(++nth)) {
      expect(error).toMatchObject({ name: "AbortError" });
      await kit.expectNames(at.folder, "source", "source.age");
      await expectNoRecord(at);
    }
    // Encrypting also writes the header and the nonce before the chunks.
    expect(nth).toBe(direction === "encrypting" ? 8 : 6);
    await expectTarget(at, direction);
  });

  it("leaves nothing, cancelled at any call to the disk before the rename", async () => {
    const at = await stage();
    const before: string[] = [];
    for (let nth = 1, isRunning = true; isRunning; nth++) {
      const abort = new AbortController();
      let calls = 0;
      const disk = observedDisk(localDisk, {
        before: ({ name }) => {
          if (++calls !== nth) return;
          before.push(name);
          abort.abort();
        },
      });
      const ended = await run(at, direction, { disk }, "replace", abort.signal).catch(() => null);
      await expectNoRecord(at);
      if (ended === null) await kit.expectNames(at.folder, "source", "source.age", "target");
      else isRunning = false;
    }
    expect(before).toContain("createPartial");
    await expectTarget(at, direction);
  });

  type Step = [step: Effect["name"], existing: "keep" | "replace", left: "kept" | "nothing"];
  const steps: Step[] = [
    ["openForReading", "keep", "nothing"],
    ["freeSpace", "keep", "nothing"],
    ["createPartial", "keep", "nothing"],
    ["flush", "keep", "nothing"],
    ["claim", "keep", "kept"],
    [direction === "encrypting" ? "copyRights" : "setMode", "keep", "kept"],
    ["renameToFree", "keep", "kept"],
  ];
  it.each(steps)("on a disk that fails at %s (%s) leaves: %s", async (step, existing, left) => {
    const at = await stage();
    const before = ({ name, path }: Effect) => {
      if (name === step && path.startsWith(at.folder)) throw diskFull(path);
    };
    const disk = observedDisk(localDisk, { before });
    await expect(run(at, direction, { disk }, existing)).rejects.toMatchObject({
      code: "disk-full",
      facts: left === "kept" ? { isResumable: true } : {},
    });
    const unfinished = await findUnfinished(at.context);
    if (left === "kept") {
      const path = await partialIn(at.folder);
      expect(unfinished.map(({ record }) => record.partial)).toEqual([path]);
      expect((await stat(path)).mode & 0o777 & ~0o644).toBe(0);
    } else {
      await kit.expectNames(at.folder, "source", "source.age");
      expect(unfinished).toEqual([]);
      await expectNoRecord(at);
    }
    const outcome = await run(at, direction, {}, existing);
    expect(story(outcome)).toEqual([left === "kept" ? size : 0, null]);
    await expectTarget(at, direction);
    await expectNoRecord(at);
  });

  type Fault = [failure: AgeErrorCode | "a fault of ours", left: "kept" | "nothing"];
  const faults: Fault[] = [
    ["disk-full", "kept"],
    ["write-failed", "kept"],
    ["read-failed", "kept"],
    ["no-permission", "kept"],
    ["worker-failed", "kept"],
    ["source-changed", "nothing"],
    ["corrupt-payload", "nothing"],
    ["a fault of ours", "nothing"],
  ];
  it.each(faults)("that fails with %s in the middle leaves: %s", async (code, left) => {
    const at = await stage();
    const failure =
      code === "a fault of ours" ? new TypeError(code) : new AgeError(code, "for a test");
    const strategy = plainStrategy((written) => {
      if (written >= 3 * 65_536) throw failure;
    });
    await expect(run(at, direction, { strategyFor: () => strategy })).rejects.toMatchObject({
      message: failure.message,
      ...(left === "kept" ? { code, facts: { isResumable: true } } : {}),
    });
    if (left === "nothing") {
      await kit.expectNames(at.folder, "source", "source.age");
      await expectNoRecord(at);
      return;
    }
    await partialIn(at.folder);
    const [resumed, reason] = story(await run(at, direction));
    expect(reason).toBeNull();
    expect(resumed).toBeGreaterThanOrEqual(2 * 65_536);
    expect(resumed).toBeLessThan(size);
    await expectTarget(at, direction);
  });

  it("twice at once is refused, and the first one is not disturbed", async () => {
    const at = await stage();
    const outcomes: unknown[] = [];
    let isFirst = true;
    const strategy: Strategy = plainStrategy(async () => {
      if (!isFirst) return;
      isFirst = false;
      outcomes.push(await run(at, direction).catch((error: unknown) => error));
    });
    await run(at, direction, { strategyFor: () => strategy });
    expect(outcomes).toEqual([expect.objectContaining({ code: "busy" })]);
    await expectTarget(at, direction);
  });
});

describe.each(directions)("%s a file", (direction) => {
  it("on a disk that fails for everything throws the first failure, and can be run again", async () => {
    const at = await stage();
    let isAway = false;
    const before = ({ name, path }: Effect) => {
      if (name === "renameToFree" && path === at.path("target")) {
        isAway = true;
        throw diskFull(path);
      }
      if (isAway && name !== "close" && path.includes("cage-partial"))
        throw new AgeError("write-failed", "away");
    };
    const disk = observedDisk(localDisk, { before });
    await expect(run(at, direction, { disk })).rejects.toMatchObject({ code: "disk-full" });
    await run(at, direction);
    await expectTarget(at, direction);
    await expectNoRecord(at);
  });

  it("whose partial is swapped for a link changes nothing of what that leads to", async () => {
    const at = await stage();
    const other = await at.put("other", "other");
    await chmod(other, 0o640);
    const before = async ({ name, path }: Effect) => {
      if (name !== "setMode" && name !== "copyRights") return;
      await rm(path);
      await symlink(other, path);
    };
    const disk = observedDisk(localDisk, { before });
    await expect(run(at, direction, { disk })).rejects.toMatchObject({ code: "changed-on-disk" });
    expect((await stat(other)).mode & 0o777).toBe(0o640);
    expect(await readdir(at.folder)).not.toContain("target");
  });

  it.each(["keep", "replace"] as const)(
    "on a disk that fails at rename leaves the old target and the partial (%s)",
    async (existing) => {
      const at = await stage();
      const before = ({ name, path }: Effect) => {
        if (name.startsWith("rename") && path === at.path("target")) throw diskFull(path);
      };
      const disk = observedDisk(localDisk, { before });
      await expect(run(at, direction, { disk }, existing)).rejects.toMatchObject({
        code: "disk-full",
        facts: { isResumable: true },
      });
      if (existing === "replace") expect(await readFile(at.path("target"), "utf8")).toBe("old");
      expect(story(await run(at, direction, {}, existing))).toEqual([size, null]);
      await expectTarget(at, direction);
    },
  );

  it.each(["keep", "replace"] as const)(
    "whose partial is swapped as it gets its name fails, and what is there is left alone (%s)",
    async (existing) => {
      const at = await stage();
      const before = async ({ name, path }: Effect) => {
        if (!name.startsWith("rename") || path !== at.path("target")) return;
        const partial = await partialIn(at.folder);
        await rm(partial);
        await writeFile(partial, "half of it");
      };
      const disk = observedDisk(localDisk, { before });
      await expect(run(at, direction, { disk }, existing)).rejects.toMatchObject({
        code: "changed-on-disk",
      });
      expect(await readFile(at.path("target"), "utf8")).toBe("half of it");
    },
  );
});

it("armored text that fails to be written is not kept, since it cannot be resumed", async () => {
  const at = await stage();
  const strategy = plainStrategy((written) => {
    if (written >= 65_536) throw diskFull(at.path("target"));
  });
  const encryption = forAlice(at.path("source"), { target: at.path("t"), format: "armored" });
  await expect(
    encryptFile(encryption, { ...at.context, strategyFor: () => strategy }, silent),
  ).rejects.toMatchObject({
    code: "disk-full",
  });
  await kit.expectNames(at.folder, "source", "source.age");
});

it("a target that appears while it is written is kept, and the plaintext goes", async () => {
  const at = await stage();
  const target = at.path("target");
  const strategy = plainStrategy(() => writeFile(target, "theirs"));
  const decryption = { source: at.path("source.age"), target, existing: "keep" } as const;
  await expect(
    decryptFile(decryption, { ...at.context, strategyFor: () => strategy }, silent),
  ).rejects.toMatchObject({
    code: "already-exists",
  });
  expect(await readFile(target, "utf8")).toBe("theirs");
  await kit.expectNames(at.folder, "source", "source.age", "target");
});
