import type * as fs from "node:fs/promises";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { takesFolderName } from "../../../src/documents/disk/folderName";
import { temporaryFolder } from "../kit";

/** The acts of somebody else on a folder that was just made. */
interface Fake {
  made: (path: string) => Promise<void>;
}

const fake = vi.hoisted((): Fake => ({ made: () => Promise.resolve() }));
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof fs>();
  const make = async (...[path, options]: Parameters<typeof real.mkdir>) => {
    const made = await real.mkdir(path, options);
    await fake.made(String(path));
    return made;
  };
  return { ...real, mkdir: make };
});

it("a folder that somebody fills while its name is tried stays, and has proven the name", async () => {
  const path = join(await temporaryFolder(), "name");
  fake.made = (made) => writeFile(join(made, "file"), "");
  expect(await takesFolderName(path)).toBe(true);
  expect(await readdir(path)).toEqual(["file"]);
});

it("an empty folder that a killed process has left goes, and what is not empty stays", async () => {
  const folder = await temporaryFolder();
  fake.made = () => Promise.resolve();
  await mkdir(join(folder, "left"));
  await mkdir(join(folder, "full", "inner"), { recursive: true });
  await writeFile(join(folder, "file"), "");
  for (const name of ["left", "full", "file", "other"]) {
    expect(await takesFolderName(join(folder, name))).toBe(true);
  }
  expect((await readdir(folder)).sort()).toEqual(["file", "full"]);
});
