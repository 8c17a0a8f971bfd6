import { mkdirSync, writeFileSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { planBatch } from "../../../src/documents/files/planBatch";
import { localDisk } from "../../../src/documents/disk/localDisk";
import { openDocument } from "../../../src/documents/openDocument";
import { lookUp } from "../../../src/documents/files/openSource";
import { ageError, ageFile, desk, type Desk } from "../kit";

/** Returns a path whose last name ends in a byte that is not UTF-8, and how Node shows it. */
function unspelt(at: Desk, name: string, suffix = ""): { bytes: Buffer; shown: string } {
  const start = Buffer.from(at.path(name));
  const bytes = Buffer.concat([start, Buffer.of(0xe9), Buffer.from(suffix)]);
  return { bytes, shown: `${at.path(name)}\uFFFD${suffix}` };
}

const open = (path: string, at: Desk) => openDocument(path, "ask", at.context);

// macOS and Windows have no such names.
describe.runIf(process.platform === "linux")("a name that is not UTF-8", () => {
  it("is said to be that, of a file and of a folder above it", async () => {
    const at = await desk();
    const file = unspelt(at, "caf", ".age");
    writeFileSync(file.bytes, await ageFile("x"));
    const folder = unspelt(at, "f");
    mkdirSync(folder.bytes);
    for (const path of [file.shown, `${folder.shown}/a.age`]) {
      const failure = ageError("unusable-path", { path, fault: "not UTF-8" });
      await expect(open(path, at)).rejects.toEqual(failure);
      const seen = lookUp({ source: path, target: at.path("out") }, localDisk);
      await expect(seen).rejects.toEqual(failure);
    }
  });

  it.each(["encrypt", "decrypt"] as const)("is left out for that by %s", async (operation) => {
    const at = await desk();
    await mkdir(at.path("d"));
    const suffix = operation === "decrypt" ? ".age" : "";
    const file = unspelt(at, "d/a", suffix);
    writeFileSync(file.bytes, "x");
    const folder = unspelt(at, "d/z");
    mkdirSync(folder.bytes);
    const reason = "name not in UTF-8";
    const plan = await planBatch(operation, [at.path("d"), file.shown], localDisk);
    expect(plan.items).toEqual([]);
    expect(plan.skipped).toEqual(
      [file.shown, folder.shown, file.shown].map((path) => ({ path, reason })),
    );
  });

  it("is told from one that has the character itself", async () => {
    const at = await desk();
    await mkdir(at.path("d"));
    await at.put("d/a\uFFFD", "x");
    writeFileSync(unspelt(at, "d/a").bytes, "y");
    const { items, skipped } = await planBatch("encrypt", [at.path("d")], localDisk);
    expect(items.map(({ source }) => source)).toEqual([at.path("d/a\uFFFD")]);
    expect(skipped).toEqual([{ path: at.path("d/a\uFFFD"), reason: "name not in UTF-8" }]);
    await expect(open(at.path("none\uFFFD"), at)).rejects.toMatchObject({ code: "not-found" });
  });
});

it("a link that leads nowhere and a path through a file are said to be that", async () => {
  const at = await desk();
  await symlink(".git/annex/objects/x", at.path("annexed.age"));
  const file = await at.put("file", "x");
  const nowhere = { path: at.path("annexed.age"), fault: "dangling link" } as const;
  await expect(open(nowhere.path, at)).rejects.toEqual(ageError("not-found", nowhere));
  const through = { path: `${file}/a.age`, fault: "ENOTDIR" } as const;
  await expect(open(through.path, at)).rejects.toEqual(ageError("not-found", through));
});

it("a name to which no suffix can be added is left out for that", async () => {
  const at = await desk();
  await mkdir(at.path("d"));
  const path = await at.put(`d/${"x".repeat(253)}`, "x");
  const { items, skipped } = await planBatch("encrypt", [at.path("d")], localDisk);
  expect(items).toEqual([]);
  expect(skipped).toEqual([{ path, reason: "target name would be too long" }]);
});
