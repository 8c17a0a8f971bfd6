import { execFileSync } from "node:child_process";
import { appendFile, chmod, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { runBatch, type BatchProgress } from "../../../src/documents/files/runBatch";
import { planBatch, type BatchItem, type BatchPlan } from "../../../src/documents/files/planBatch";
import { decryptFile } from "../../../src/documents/files/decryptFile";
import type { Disk } from "../../../src/documents/disk/disk";
import { localDisk } from "../../../src/documents/disk/localDisk";
import { encryptFile } from "../../../src/documents/files/encryptFile";
import type { Progress } from "../../../src/strategies/strategy";
import { plaintextOf } from "../../age/kit";
import * as kit from "../kit";
import { desk, type Desk } from "../kit";
import { observedDisk, type Effect } from "../observedDisk";
import { forAlice } from "../operations";

/** Writes files and makes the folders above them. */
async function plant(at: Desk, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await mkdir(dirname(at.path(name)), { recursive: true });
    await writeFile(at.path(name), name);
  }
}

/** Shortens a plan: each source with its target, and each skipped file with its reason. */
function short(at: Desk, { items, skipped }: BatchPlan) {
  const local = (path: string) => path.replace(`${at.folder}/`, "");
  return {
    items: items.map(({ source, target }) => `${local(source)} > ${local(target)}`),
    skipped: Object.fromEntries(skipped.map(({ path, reason }) => [local(path), reason])),
  };
}

describe("the plan of a batch", () => {
  it("leaves out identities that are used, in folders, and looks no path up that it walked", async () => {
    const at = await desk();
    await plant(at, "d/keys/key.txt", "d/keys/other", "d/a.age");
    await symlink("d", at.path("link"));
    const lookedUp: string[] = [];
    const before = ({ name, path }: Effect) => {
      if (name === "realPath") lookedUp.push(path);
    };
    const disk = observedDisk(localDisk, { before });
    const key = at.path("d/keys/key.txt");
    const facts = { recipients: 1, format: "binary", identityFiles: new Set([key]) } as const;
    expect(short(at, await planBatch("encrypt", [at.path("link")], disk, facts))).toEqual({
      items: ["link/keys/other > link/keys/other.age"],
      skipped: {
        "link/a.age": "already encrypted, by name",
        "link/keys/key.txt": "with an identity inside",
      },
    });
    // Each folder is looked up once, in case it has become a link; no file is.
    expect(lookedUp).toEqual([at.path("link"), at.path("d"), at.path("d/keys")]);
    // A user who selects the file itself means it.
    expect(short(at, await planBatch("encrypt", [key], localDisk, facts)).items).toHaveLength(1);
  });

  it("encrypts each file of a folder to a name beside it", async () => {
    const at = await desk();
    const partial = `.a.age.${"0".repeat(24)}.cage-partial`;
    const candidate = `.a.age.${"0".repeat(24)}.cage-candidate`;
    await plant(at, "d/b", "d/a.txt", "d/sub/deep/c", "d/x.age", "d/y.CAGE", "d/.git/config");
    await plant(at, "d/sub/.git", "d/.age-recipients", "d/.env", `d/${partial}`, `d/${candidate}`);
    await symlink("a.txt", at.path("d/link"));
    await symlink("..", at.path("d/up"));
    execFileSync("mkfifo", [at.path("d/pipe")]);
    const plan = await planBatch("encrypt", [at.path("d")], localDisk);
    const special = "link, pipe, socket or device";
    expect(short(at, plan)).toEqual({
      items: [
        ...["d/.env > d/.env.age", "d/a.txt > d/a.txt.age", "d/b > d/b.age"],
        "d/sub/deep/c > d/sub/deep/c.age",
      ],
      skipped: {
        ...{
          "d/x.age": "already encrypted, by name",
          "d/y.CAGE": "already encrypted, by name",
        },
        ...{ "d/.git": "part of Git", "d/sub/.git": "part of Git" },
        ...{ "d/.age-recipients": "used as a recipients list" },
        ...{ "d/link": special, "d/up": special, "d/pipe": special },
        [`d/${partial}`]: "unfinished work of Cage",
        [`d/${candidate}`]: "unfinished work of Cage",
      },
    });
    expect(plan.bytes).toBe(
      "d/.env".length + "d/a.txt".length + "d/b".length + "d/sub/deep/c".length,
    );
    expect(plan.items.every(({ taken }) => taken === null)).toBe(true);
    expect(plan.lacks).toEqual([]);
  });

  it("leaves out the files of a folder that Git reads", async () => {
    const at = await desk();
    await plant(at, "d/.gitignore", "d/sub/.gitattributes", "d/.GitModules", "d/.gitignore~");
    await plant(at, "d/.env", "d/.gitmodules.d/x", "d/sub/.gitignore/secret", "e/.gitignore.age");
    const git = "part of Git";
    expect(short(at, await planBatch("encrypt", [at.path("d")], localDisk))).toEqual({
      items: ["d/.env", "d/.gitignore~", "d/.gitmodules.d/x", "d/sub/.gitignore/secret"].map(
        (name) => `${name} > ${name}.age`,
      ),
      skipped: { "d/.gitignore": git, "d/sub/.gitattributes": git, "d/.GitModules": git },
    });
    // A user who selects the file itself means it. An encrypted one is decrypted again.
    const selected = await planBatch("encrypt", [at.path("d/.gitignore")], localDisk);
    expect(short(at, selected).items).toEqual(["d/.gitignore > d/.gitignore.age"]);
    const back = await planBatch("decrypt", [at.path("e")], localDisk);
    expect(short(at, back).items).toEqual(["e/.gitignore.age > e/.gitignore"]);
  });

  it("decrypts each encrypted file of a folder to its plain name beside it", async () => {
    const at = await desk();
    await plant(at, "d/a.txt.age", "d/sub/b.cage", "d/plain", "d/.age", "d/sub/b");
    const plan = await planBatch("decrypt", [at.path("d")], localDisk);
    expect(short(at, plan)).toEqual({
      items: ["d/.age > d/decrypted", "d/a.txt.age > d/a.txt", "d/sub/b.cage > d/sub/b"],
      skipped: {
        ...{ "d/plain": "without the suffix of an encrypted file" },
        ...{ "d/sub/b": "without the suffix of an encrypted file" },
      },
    });
    expect(plan.items.map(({ taken }) => taken !== null)).toEqual([false, false, true]);
  });

  it("leaves out files that would have the same target", async () => {
    const at = await desk();
    await plant(at, "a.age", "a.cage", "a.age.age", "b.age");
    const paths = ["a.age", "a.cage", "a.age.age", "b.age"].map(at.path);
    const reason = "same target as another file of this batch";
    expect(short(at, await planBatch("decrypt", paths, localDisk))).toEqual({
      items: ["b.age > b"],
      skipped: { "a.age": reason, "a.cage": reason, "a.age.age": reason },
    });
  });

  it("takes a file once that is selected in several ways, and says what is not there", async () => {
    const at = await desk();
    await plant(at, "d/a", "b.age");
    execFileSync("mkfifo", [at.path("pipe")]);
    const paths = ["d/a", "d", "d/a", "none", "pipe", "b.age"].map(at.path);
    expect(short(at, await planBatch("encrypt", paths, localDisk))).toEqual({
      // A user who selects an encrypted file itself means it.
      items: ["d/a > d/a.age", "b.age > b.age.age"],
      skipped: {
        none: "not found",
        pipe: "link, pipe, socket or device",
      },
    });
  });

  it("says which folder cannot be read, and goes on", async () => {
    const at = await desk();
    await plant(at, "d/a/x", "d/b/y");
    const disk: Disk = {
      ...localDisk,
      list: (path) => localDisk.list(path === at.path("d/a") ? at.path("none") : path),
    };
    expect(short(at, await planBatch("encrypt", [at.path("d")], disk))).toEqual({
      items: ["d/b/y > d/b/y.age"],
      skipped: { "d/a": "unreadable" },
    });
  });

  it("adds up what each file system has to hold", async () => {
    const at = await desk();
    await at.put("a", plaintextOf(1000));
    await at.put("b", plaintextOf(2000));
    await mkdir(at.path("other"));
    await writeFile(at.path("other/c"), plaintextOf(4000));
    const disk: Disk = {
      ...localDisk,
      freeSpace: (folder) => {
        const isOther = basename(folder) === "other";
        return Promise.resolve({ bytes: isOther ? 10_000 : 2_500, device: isOther ? "2" : "1" });
      },
    };
    const { lacks, bytes } = await planBatch("encrypt", [at.folder], disk);
    expect(bytes).toBe(7000);
    expect(lacks.map(({ folder }) => folder)).toEqual([at.folder]);
    expect(lacks[0]?.missingBytes).toBeGreaterThan(500);
    expect(lacks[0]?.missingBytes).toBeLessThan(2500);
  });

  it("stops when it is aborted", async () => {
    const at = await desk();
    await plant(at, "d/a");
    const plan = planBatch("encrypt", [at.path("d")], localDisk, undefined, AbortSignal.abort());
    await expect(plan).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("a batch", () => {
  const encrypting =
    (at: Desk) =>
    ({ source, target }: BatchItem, onProgress: Progress, signal?: AbortSignal) =>
      encryptFile(forAlice(source, { target }), at.context, onProgress, signal);

  it("goes there and back, with progress up to the end", async () => {
    const at = await desk();
    const sizes = { a: 200_000, b: 0, c: 70_000 };
    for (const [name, size] of Object.entries(sizes)) await at.put(name, plaintextOf(size));
    const plan = await planBatch("encrypt", [at.folder], localDisk);
    const seen: BatchProgress[] = [];
    const report = await runBatch(plan, encrypting(at), (one) => void seen.push(one));
    expect(report.done.map(({ outcome }) => outcome.report.bytes)).toEqual([200_000, 0, 70_000]);
    expect(report).toMatchObject({ failed: [], skipped: [], cancelled: [] });
    expect(seen.every(({ done }, index) => done >= (seen[index - 1]?.done ?? 0))).toBe(true);
    expect(seen.at(-1)).toMatchObject({ done: 270_000, total: 270_000, index: 2, count: 3 });
    for (const name of Object.keys(sizes)) await rm(at.path(name));
    const back = await planBatch("decrypt", [at.folder], localDisk);
    await runBatch(
      back,
      (item, onProgress) => decryptFile({ ...item, existing: "keep" }, at.context, onProgress),
      () => undefined,
    );
    for (const [name, size] of Object.entries(sizes)) {
      expect((await readFile(at.path(name))).equals(plaintextOf(size))).toBe(true);
    }
  });

  it("goes on after files that fail, and lists each with its failure", async () => {
    const at = await desk();
    await plant(at, "a", "gone", "pipe", "taken", "z", "grows");
    const plan = await planBatch("encrypt", [at.folder], localDisk);
    await rm(at.path("gone"));
    await rm(at.path("pipe"));
    execFileSync("mkfifo", [at.path("pipe")]);
    await writeFile(at.path("taken.age"), "theirs");
    const run = async (item: BatchItem, onProgress: Progress) =>
      encryptFile(forAlice(item.source), at.context, (done, total) => {
        onProgress(done, total);
        if (basename(item.source) !== "grows") return;
        execFileSync("sh", ["-c", 'printf more >> "$0"', item.source]);
      });
    const report = await runBatch(plan, run, () => undefined);
    expect(report.done.map(({ source }) => basename(source))).toEqual(["a", "z"]);
    expect(
      Object.fromEntries(
        report.failed.map(({ source, error }) => [
          basename(source),
          (error as { code: string }).code,
        ]),
      ),
    ).toEqual({
      ...{ gone: "not-found", pipe: "not-found", taken: "already-exists" },
      grows: "changed-on-disk",
    });
    expect(await readFile(at.path("taken.age"), "utf8")).toBe("theirs");
    const names = ["a", "a.age", "grows", "pipe", "taken", "taken.age", "z", "z.age"];
    await kit.expectNames(at.folder, ...names);
  });

  it("says of a file that may not be read that it may not", async (context) => {
    // Root may read everything.
    if (process.getuid?.() === 0) context.skip("root may read everything");
    const at = await desk();
    await plant(at, "a");
    const plan = await planBatch("encrypt", [at.folder], localDisk);
    await chmod(at.path("a"), 0);
    const { failed } = await runBatch(plan, encrypting(at), () => undefined);
    expect(failed).toMatchObject([{ error: { code: "no-permission" } }]);
  });

  it("that is cancelled tells what was done, and what was not", async () => {
    const at = await desk();
    for (const name of ["a", "b", "c"]) await at.put(name, plaintextOf(200_000));
    const plan = await planBatch("encrypt", [at.folder], localDisk);
    const abort = new AbortController();
    const report = await runBatch(
      plan,
      encrypting(at),
      ({ index }) => {
        if (index === 1) abort.abort();
      },
      abort.signal,
    );
    expect(report.done.map(({ source }) => basename(source))).toEqual(["a"]);
    expect(report.cancelled.map(({ source }) => basename(source))).toEqual(["b", "c"]);
    expect(report.failed).toEqual([]);
    await kit.expectNames(at.folder, "a", "a.age", "b", "c");
  });

  it("counts a source that grew since it was planned no further than to its end", async () => {
    const at = await desk();
    await at.put("a", "12345");
    const plan = await planBatch("encrypt", [at.folder], localDisk);
    await appendFile(at.path("a"), "x".repeat(100_000));
    const seen: number[] = [];
    const { done } = await runBatch(plan, encrypting(at), (one) => void seen.push(one.done));
    expect(done).toHaveLength(1);
    expect(Math.max(...seen)).toBe(5);
  });
});
