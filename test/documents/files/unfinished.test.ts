import {
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AgeError } from "../../../src/age/errors";
import { localDisk } from "../../../src/documents/disk/localDisk";
import { encryptFile } from "../../../src/documents/files/encryptFile";
import { discard, findUnfinished } from "../../../src/documents/files/unfinished";
import {
  encodeRecord,
  parseRecord,
  type UnfinishedEncryption,
  type UnfinishedOperation,
} from "../../../src/documents/files/unfinishedRecord";
import { plaintextOf } from "../../age/kit";
import * as kit from "../kit";
import { bytes, desk, type Desk } from "../kit";
import { observedDisk, type Effect } from "../observedDisk";
import { begun, forAlice, inProcess, partialIn, recordOf, silent } from "../operations";

const run = {
  ...{ source: "/home/a", target: "/home/a.age", sourceSize: 5, pid: 7, start: "9" },
  partial: `/home/.a.age.${"0f".repeat(12)}.cage-partial`,
};
const encryption: UnfinishedEncryption = {
  ...{ ...run, recipients: [{ text: "age1xyz", name: "Ann" }] },
  ...{ operation: "encrypt", header: "0a".repeat(32), readBack: "no", original: "trash" },
};

describe("a record", () => {
  const records: readonly UnfinishedOperation[] = [
    encryption,
    { ...encryption, recipients: null, header: null, readBack: "compare with the source" },
    { operation: "decrypt", ...run },
    { operation: "decrypt", ...run, home: "laptop 1-2 pid:[3]", since: 5, folder: "12" },
  ];
  it.each(records)("is read as it was written: %j", (record) => {
    expect(parseRecord(encodeRecord(record))).toEqual(record);
  });

  const faults: Readonly<Record<string, unknown>>[] = [
    ...[{ version: 2 }, { operation: "remove" }, { source: "a" }, { source: 5 }],
    ...[{ target: "a.age" }, { target: "/home/b.age" }, { target: "/etc/a.age" }],
    ...["/home/a", "/home/a.age", "/etc/passwd", "a.cage-partial", null].map((partial) => ({
      partial,
    })),
    { partial: `/home/sub/.a.age.${"0f".repeat(12)}.cage-partial` },
    { partial: `/home/../home/.a.age.${"0f".repeat(12)}.cage-partial` },
    { partial: `/home/.b.age.${"0f".repeat(12)}.cage-partial` },
    { partial: `/home/.a.age.${"0F".repeat(12)}.cage-partial` },
    { partial: `/home/.a.age.${"0f".repeat(12)}.cage-partial/x` },
    ...[{ sourceSize: -1 }, { sourceSize: 0.5 }, { sourceSize: "5" }, { pid: 0 }, { pid: "7" }],
    ...[{ start: 9 }, { start: "9".repeat(101) }, { source: "/home/a\0b" }],
    ...[
      { recipients: [] },
      { recipients: ["age1xyz"] },
      { recipients: [{ text: "AGE-SECRET-KEY-1" }] },
    ],
    ...[{ recipients: [{ text: "age1xyz", name: 5 }] }, { recipients: "age1xyz" }],
    ...[{ recipients: [{ text: "age1xyz", name: "A\nB" }] }, { source: "/home/../etc/a" }],
    ...[{ source: "/home//a" }, { target: "/home/./a.age" }],
    ...[{ home: 5 }, { home: "9".repeat(401) }, { since: -1 }, { since: "5" }, { folder: 5 }],
    ...[{ header: "0a" }, { header: 5 }, { readBack: "yes" }, { original: "shred" }],
  ];
  it.each(faults)("with %j is none", (fault) => {
    const record = { version: 1, ...encryption, ...fault };
    expect(parseRecord(bytes(JSON.stringify(record)))).toBeNull();
  });

  it.each(["", "{", "null", "5", "[]", '"x"', "{}", "\ufeff{}"])("is not %j", (text) => {
    expect(parseRecord(bytes(text))).toBeNull();
  });

  it("is not what is no UTF-8", () => {
    expect(parseRecord(Uint8Array.of(0xff, 0xfe))).toBeNull();
  });
});

/** Makes a desk with an encryption of "a" whose process, number 2, has died. */
async function left(): Promise<Desk & { readonly partial: string; readonly record: string }> {
  const at = await desk();
  const source = await at.put("a", plaintextOf(200_000));
  await begun(at, 2, 65_536, { encrypt: forAlice(source) });
  return { ...at, partial: await partialIn(at.folder), record: await recordOf(at) };
}

/** Changes a record, as a user with an editor could. */
async function edit(at: { readonly record: string }, change: object): Promise<void> {
  const record = JSON.parse(await readFile(at.record, "utf8")) as object;
  await writeFile(at.record, JSON.stringify({ ...record, ...change }));
}

describe("the list of what is unfinished", () => {
  it("is empty where nothing ever ran", async () => {
    const at = await desk();
    expect(await findUnfinished(at.context)).toEqual([]);
  });

  it.each([
    ["its process is dead", 1, []],
    ["its process is dead and another one has its number", 2.5, []],
  ])("has an operation whose process is dead: %s", async (_what, alive) => {
    const at = await left();
    const found = await findUnfinished(inProcess(at, 3, { alive: new Set([alive]) }));
    expect(found.map(({ record }) => record.target)).toEqual([at.path("a.age")]);
  });

  it("has none that runs, in this process or another", async () => {
    const at = await left();
    expect(await findUnfinished(inProcess(at, 3, { alive: new Set([2]) }))).toEqual([]);
    const context = inProcess(at, 3);
    context.unfinished.running.add(at.path("a.age"));
    expect(await findUnfinished(context)).toEqual([]);
    expect(await readdir(at.context.unfinished.folder)).toHaveLength(1);
  });

  it("loses a record whose partial is gone, and no other", async () => {
    const at = await left();
    await rm(at.partial);
    await writeFile(join(at.context.unfinished.folder, "notes.txt"), "mine");
    expect(await findUnfinished(inProcess(at, 3))).toEqual([]);
    await kit.expectNames(at.context.unfinished.folder, "notes.txt");
  });

  it("keeps a record whose disk is away", async () => {
    const at = await left();
    await rename(at.folder, `${at.folder}-away`);
    expect(await findUnfinished(inProcess(at, 3))).toEqual([]);
    await rename(`${at.folder}-away`, at.folder);
    expect(await findUnfinished(inProcess(at, 3))).toHaveLength(1);
  });

  it.each([
    ["is no record", async (at: Awaited<ReturnType<typeof left>>) => writeFile(at.record, "{")],
    [
      "names another target's partial",
      async (at: Awaited<ReturnType<typeof left>>) => edit(at, { partial: at.path("a") }),
    ],
    [
      "was copied to another name",
      async (at: Awaited<ReturnType<typeof left>>) =>
        rename(at.record, join(at.context.unfinished.folder, `${"0".repeat(32)}.1.json`)),
    ],
  ])("throws a file away that %s, and touches nothing else", async (_what, change) => {
    const at = await left();
    await change(at);
    expect(await findUnfinished(inProcess(at, 3))).toEqual([]);
    expect(await readdir(at.context.unfinished.folder)).toEqual([]);
    expect((await readdir(at.folder)).length).toBe(2);
  });

  it("keeps a record that cannot be read just now, or that another version wrote", async () => {
    const at = await left();
    const unreadable = observedDisk(localDisk, {
      before: ({ name, path }) => {
        if (name === "read") throw new AgeError("read-failed", "for a test", { path });
      },
    });
    expect(await findUnfinished({ ...inProcess(at, 3), disk: unreadable })).toEqual([]);
    expect(await findUnfinished(inProcess(at, 3))).toHaveLength(1);
    await edit(at, { version: 2 });
    expect(await findUnfinished(inProcess(at, 3))).toEqual([]);
    expect(await readdir(at.context.unfinished.folder)).toHaveLength(1);
  });

  it("keeps a record whose partial cannot be looked at just now", async () => {
    const at = await left();
    const before = ({ name, path }: Effect) => {
      if (name === "facts" && path === at.partial) throw kit.diskFull(path);
    };
    const disk = observedDisk(localDisk, { before });
    expect(await findUnfinished({ ...inProcess(at, 3), disk })).toEqual([]);
    expect(await findUnfinished(inProcess(at, 3))).toHaveLength(1);
  });

  it("finishes what died between its new name and the end of its old one", async () => {
    const at = await left();
    await link(at.partial, at.path("a.age"));
    expect(await findUnfinished(inProcess(at, 3))).toEqual([]);
    await kit.expectNames(at.folder, "a", "a.age");
    await kit.expectNames(at.context.unfinished.folder);
  });

  it("clears away half-written records, after an hour", async () => {
    const at = await left();
    const candidate = join(
      at.context.unfinished.folder,
      `.x.json.${"a".repeat(24)}.cage-candidate`,
    );
    await writeFile(candidate, "{");
    await findUnfinished(inProcess(at, 3));
    expect(await readdir(at.context.unfinished.folder)).toHaveLength(2);
    await utimes(candidate, 1, 1);
    await findUnfinished(inProcess(at, 3));
    expect(await readdir(at.context.unfinished.folder)).toHaveLength(1);
  });
});

describe("discarding", () => {
  it("removes the partial and the record", async () => {
    const at = await left();
    const context = inProcess(at, 3);
    const [{ record } = expect.fail()] = await findUnfinished(context);
    await discard(record, context);
    await kit.expectNames(at.folder, "a");
    await kit.expectNames(at.context.unfinished.folder);
    // It does not get in the way of the next run, either.
    await encryptFile(forAlice(at.path("a")), context, silent);
  });

  it("removes a link that was put there, not what it leads to", async () => {
    const at = await left();
    const context = inProcess(at, 3);
    const [{ record } = expect.fail()] = await findUnfinished(context);
    await rm(at.partial);
    await symlink("a", at.partial);
    await discard(record, context);
    expect(await readFile(at.path("a"))).toHaveLength(200_000);
    await kit.expectNames(at.folder, "a");
  });

  it("is refused for anything but a partial", async () => {
    const at = await left();
    const context = inProcess(at, 3);
    const [{ record } = expect.fail()] = await findUnfinished(context);
    for (const partial of [at.path("a"), at.path("a.age"), join(at.folder, "..", "x")]) {
      await expect(discard({ ...record, partial }, context)).rejects.toThrow(TypeError);
    }
    await expect(discard({ ...record, target: at.path("b.age") }, context)).rejects.toThrow(
      TypeError,
    );
    expect(await readdir(at.folder)).toHaveLength(2);
  });

  it("or resuming what is something else by now changes nothing", async () => {
    const at = await left();
    const context = inProcess(at, 3);
    const [{ record } = expect.fail()] = await findUnfinished(context);
    await at.put("a", plaintextOf(300_000));
    await begun(at, 4, 65_536, { encrypt: forAlice(at.path("a")) });
    const partial = await partialIn(at.folder);
    expect(partial).not.toBe(record.partial);
    const failure = kit.ageError("changed-on-disk", { path: at.path("a.age") });
    await expect(discard(record, context)).rejects.toEqual(failure);
    const resumed = forAlice(at.path("a"), { resumes: record });
    await expect(encryptFile(resumed, context, silent)).rejects.toEqual(failure);
    const found = await findUnfinished(context);
    expect(found.map(({ record: { partial: left } }) => left)).toEqual([partial]);
    expect(await partialIn(at.folder)).toBe(partial);
  });

  it("is refused while it runs", async () => {
    const at = await left();
    const [{ record } = expect.fail()] = await findUnfinished(inProcess(at, 3));
    await expect(discard(record, inProcess(at, 3, { alive: new Set([2]) }))).rejects.toMatchObject({
      code: "busy",
    });
    expect(await readdir(at.folder)).toHaveLength(2);
  });

  it("that fails keeps the record", async () => {
    const at = await left();
    const context = inProcess(at, 3);
    const [{ record } = expect.fail()] = await findUnfinished(context);
    await rm(at.partial);
    await mkdir(at.partial);
    await expect(discard(record, context)).rejects.toMatchObject({ name: "AgeError" });
    expect(await readdir(at.context.unfinished.folder)).toHaveLength(1);
  });
});

it("of two processes that begin at once only one writes the target", async () => {
  const at = await desk();
  const source = await at.put("a", plaintextOf(200_000));
  const alive = new Set([2, 3, 4, 5]);
  const runs = [2, 3, 4, 5].map((pid) =>
    encryptFile(forAlice(source), inProcess(at, pid, { alive }), silent),
  );
  const ends = await Promise.allSettled(runs);
  const failed = ends.filter((end) => end.status === "rejected");
  expect(failed.map(({ reason }) => (reason as { code: string }).code)).toEqual(
    Array.from({ length: 3 }, () => "busy"),
  );
  await kit.expectNames(at.folder, "a", "a.age");
});
