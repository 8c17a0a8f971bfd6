import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { planBatch } from "../../../src/documents/files/planBatch";
import { IgnoreRules, type LeftOut } from "../../../src/documents/files/ignoreRules";
import { localDisk } from "../../../src/documents/disk/localDisk";
import { testFolder } from "../../testFolder";

const ignored = "listed in .gitignore";
const usual: LeftOut = { byIgnoreFiles: true, exclude: [] };

/** Plans the encryption of a folder. @returns what is encrypted, and what is left out and why. */
async function planOf(
  files: Readonly<Record<string, string>>,
  selected: string,
  leftOut: LeftOut = usual,
  operation: "encrypt" | "decrypt" = "encrypt",
) {
  const folder = testFolder();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const format = { recipients: 1, format: "binary", leftOut } as const;
  const path = join(folder, selected);
  const { items, skipped } = await planBatch(operation, [path], localDisk, format);
  const local = (one: string) => one.slice(folder.length + 1);
  return {
    folder,
    taken: items.map(({ source }) => local(source)),
    left: Object.fromEntries(skipped.map(({ path: one, reason }) => [local(one), reason])),
  };
}

describe("Encrypt Folder…", () => {
  it("leaves out what .gitignore files say, from the repository's folder down", async () => {
    const { taken, left } = await planOf(
      {
        "r/.git/config": "",
        "r/.gitignore": "*.log\n/build/\n",
        "r/d/.gitignore": "!keep.log\nsub/*.tmp\n",
        "r/d/a.txt": "",
        "r/d/a.log": "",
        "r/d/keep.log": "",
        "r/d/build/b": "",
        "r/d/sub/x.tmp": "",
        "r/d/sub/y": "",
        "r/build/z": "",
        ".gitignore": "*\n",
      },
      "r",
    );
    expect(taken).toEqual(["r/d/a.txt", "r/d/build/b", "r/d/keep.log", "r/d/sub/y"]);
    expect(left).toEqual({
      "r/.git": "part of Git",
      "r/.gitignore": "part of Git",
      "r/d/.gitignore": "part of Git",
      "r/build": ignored,
      "r/d/a.log": ignored,
      "r/d/sub/x.tmp": ignored,
    });
  });

  it("obeys the lists above the folder, and takes a folder that was selected itself", async () => {
    const files = { "r/.git/x": "", "r/.gitignore": "*.log\nd/\n", "r/d/a.log": "", "r/d/b": "" };
    const { taken, left } = await planOf(files, "r/d");
    expect(taken).toEqual(["r/d/b"]);
    expect(left).toEqual({ "r/d/a.log": ignored });
  });

  it("takes a file that was selected itself, whatever lists say", async () => {
    const files = { "r/.git/x": "", "r/.gitignore": "*\n", "r/a.log": "" };
    expect((await planOf(files, "r/a.log", { ...usual, exclude: ["*"] })).taken).toEqual([
      "r/a.log",
    ]);
  });

  it("goes by the lists of a repository in a repository alone", async () => {
    const files = { "r/.git/x": "", "r/.gitignore": "a\n", "r/in/.git": "", "r/in/a": "" };
    expect((await planOf(files, "r")).taken).toContain("r/in/a");
  });

  it("re-includes nothing below a folder that is left out", async () => {
    const { taken, left } = await planOf({ "d/.gitignore": "out/\n!out/a\n", "d/out/a": "" }, "d");
    expect(taken).toEqual([]);
    expect(left).toEqual({ "d/.gitignore": "part of Git", "d/out": ignored });
  });

  it("leaves out what the setting names, and nothing by lists where they are turned off", async () => {
    const files = { "d/.gitignore": "a\n", "d/a": "", "d/b.log": "", "d/n/c": "" };
    const leftOut = { byIgnoreFiles: false, exclude: ["*.log", "/n/"] };
    const { taken, left } = await planOf(files, "d", leftOut);
    expect(taken).toEqual(["d/a"]);
    const reason = "excluded by the setting cage.folders.exclude";
    expect(left).toMatchObject({ "d/b.log": reason, "d/n": reason });
  });

  it("takes nothing below a list that it does not know, and says so", async () => {
    const files = { "r/.git/x": "", "r/.gitignore": "#".repeat(1024 * 1024 + 1), "r/d/a": "" };
    const reason = "under a .gitignore that cannot be read or is larger than 1 MiB";
    const { taken, left } = await planOf(files, "r");
    expect(taken).toEqual([]);
    expect(left).toMatchObject({ "r/d": reason });
    expect((await planOf({ ...files, "r/d/.gitignore": "!a\n" }, "r/d")).taken).toEqual(["r/d/a"]);
  });

  it("takes a link for no list, as Git does", async () => {
    const { folder } = await planOf({ "d/a": "", list: "a\n" }, "d");
    await symlink("../list", join(folder, "d/.gitignore"));
    const format = { recipients: 1, format: "binary", leftOut: usual } as const;
    const { items } = await planBatch("encrypt", [join(folder, "d")], localDisk, format);
    expect(items).toHaveLength(1);
  });

  it("can be given up while it looks through a long list", async () => {
    const files = { "d/.gitignore": "*x*y\n".repeat(12_000), "d/a": "" };
    const { folder } = await planOf(files, "d", { ...usual, byIgnoreFiles: false });
    const outer = await IgnoreRules.at(join(folder, "d"), usual, localDisk);
    const rules = await outer.in(join(folder, "d"), [".gitignore"]);
    const abort = new AbortController();
    setImmediate(() => {
      abort.abort(new Error("given up"));
    });
    const long = join(folder, "d", "x".repeat(5000));
    await expect(rules.reasonFor(long, false, abort.signal)).rejects.toThrow("given up");
  });
});
