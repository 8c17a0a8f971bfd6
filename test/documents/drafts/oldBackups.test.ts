import { link, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { AgeError } from "../../../src/age/errors";
import type { Disk } from "../../../src/documents/disk/disk";
import { localDisk } from "../../../src/documents/disk/localDisk";
import {
  findOldBackups,
  parseOldBackup,
  sweepOldBackups,
  type OldBackupContext,
} from "../../../src/documents/drafts/oldBackups";
import { observedDisk } from "../observedDisk";
import { bytes, temporaryFolder, text } from "../kit";

const pathOf = (uri: string): string | null =>
  /^cage:(\/.*\.age)\/[^/]+$/.exec(decodeURI(uri))?.[1] ?? null;
const uri = "cage:/w/a.txt.age/a.txt";
const meta = '{"mtime":1,"ctime":1,"size":3,"etag":"x","orphaned":false,"typeId":""}';
const backup = `${uri} ${meta}\ncanary: 1\n`;

async function place(disk: Disk = localDisk): Promise<OldBackupContext & { folder: string }> {
  const folder = join(await temporaryFolder(), "Backups");
  await mkdir(join(folder, "1a2b", "cage"), { recursive: true });
  return { disk, folders: [folder, join(folder, "none")], scheme: "cage", pathOf, folder };
}

async function put(context: { folder: string }, name: string, content = backup): Promise<string> {
  const file = join(context.folder, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
}

describe("an old backup", () => {
  it("is read as VS Code wrote it", () => {
    const read = parseOldBackup(bytes(backup), pathOf);
    expect(read?.path).toBe("/w/a.txt.age");
    expect(text(read?.content ?? bytes(""))).toBe("canary: 1\n");
    const notebook = backup.replace('"typeId":""', '"typeId":"notebook/jupyter-notebook"');
    expect(parseOldBackup(bytes(notebook), pathOf)?.path).toBe("/w/a.txt.age");
    expect(parseOldBackup(bytes(`${uri} ${meta}\n`), pathOf)?.content).toHaveLength(0);
  });

  it.each([
    ["", "nothing"],
    [`${uri} ${meta}`, "no line end"],
    [`${uri}\ntext`, "no facts"],
    [`${uri} null\ntext`, "no object"],
    [`${uri} {"typeId":\ntext`, "half an object"],
    [`${uri} {"typeId":1}\ntext`, "a type that is none"],
    [`${uri} {"typeId":"test.draft"}\ntext`, "an editor of another extension"],
    [`file:///w/a.txt ${meta}\ntext`, "another scheme"],
    [`cage:/w/a.txt ${meta}\ntext`, "no document"],
    [`${" ".repeat(70_000)}\ntext`, "a long first line"],
  ])("is not seen in %j: %s", (content) => {
    expect(parseOldBackup(bytes(content), pathOf)).toBeNull();
  });
});

describe("old backups", () => {
  it("are zeroed and removed when their text is safe, and only then", async () => {
    const seen: string[] = [];
    const disk = observedDisk(localDisk, {
      before: async ({ name, path }) => {
        if (name === "remove") seen.push(await readFile(path, "latin1"));
      },
    });
    const context = await place(disk);
    await put(context, "1a2b/cage/-1cd1e7e6");
    const file = await put(context, "1a2b/cage/2");
    const safe: string[] = [];
    const swept = await sweepOldBackups(context, (path, content) => {
      safe.push(`${path} ${text(content)}`);
      return Promise.resolve(safe.length === 1);
    });
    expect(swept).toEqual({ removed: 1, waiting: 1 });
    expect(safe).toEqual(Array(2).fill("/w/a.txt.age canary: 1\n"));
    expect(seen).toEqual(["\0".repeat(backup.length)]);
    expect(await readFile(file, "utf8")).toBe(backup);
  });

  it("wait when making them safe fails", async () => {
    const context = await place();
    const file = await put(context, "1a2b/cage/1");
    await expect(sweepOldBackups(context, () => Promise.reject(new Error("x")))).rejects.toThrow();
    expect(await readFile(file, "utf8")).toBe(backup);
  });

  it("wait when VS Code writes a newer text meanwhile", async () => {
    const context = await place();
    const file = await put(context, "1a2b/cage/1");
    const swept = await sweepOldBackups(context, async () => {
      await writeFile(file, `${backup}newer\n`);
      return true;
    });
    expect(swept).toEqual({ removed: 0, waiting: 1 });
    expect(await readFile(file, "utf8")).toBe(`${backup}newer\n`);
  });

  it.each([
    ["shrinks", [backup.slice(0, -1)], 1],
    ["grows", [backup.slice(0, -1), "more"], 1],
    ["can't be read to its end", [backup.slice(0, -1), null], 1],
    ["is read whole", [backup], 0],
  ] as const)("leave no plaintext in memory when a backup %s", async (_how, pieces, waiting) => {
    const yielded: Uint8Array[] = [];
    const disk: Disk = {
      ...localDisk,
      openForRewriting: async (path) => ({
        ...(await localDisk.openForRewriting(path)),
        stream: async function* () {
          for (const piece of pieces) {
            if (piece === null) throw new AgeError("read-failed", "the disk is broken");
            const given = await Promise.resolve(bytes(piece));
            yielded.push(given);
            yield given;
          }
        },
      }),
    };
    const context = await place(disk);
    await put(context, "1a2b/cage/1");
    const copies = vi.spyOn(Uint8Array.prototype, "set");
    try {
      const swept = await sweepOldBackups(context, () => Promise.resolve(true));
      expect(swept).toEqual({ removed: 1 - waiting, waiting });
      const buffers = [...yielded, ...(copies.mock.contexts as unknown as Uint8Array[])];
      expect(copies.mock.contexts.length).toBeGreaterThan(0);
      for (const buffer of buffers) expect(text(buffer)).not.toContain("canary");
    } finally {
      copies.mockRestore();
    }
  });

  it("are none where the name or a link is another's", async () => {
    const context = await place();
    const own = await put(context, "elsewhere/file/1");
    await put(context, "1a2b/cage/notes.txt");
    await put(context, "1a2b/cage/123456789");
    await put(context, "1a2b/file/1");
    await put(context, "1a2b/cage/7/1");
    await symlink(own, join(context.folder, "1a2b/cage/2"));
    await symlink(dirname(own), join(context.folder, "1a2b/cage/3"));
    await mkdir(join(context.folder, "ffff"));
    await symlink(dirname(own), join(context.folder, "ffff/cage"));
    expect(await findOldBackups(context)).toEqual([]);
    // A file with a second name is found, but left alone.
    await link(own, join(context.folder, "1a2b/cage/4"));
    expect(await sweepOldBackups(context, () => Promise.resolve(true))).toEqual({
      ...{ removed: 0, waiting: 1 },
    });
    expect(await readFile(own, "utf8")).toBe(backup);
    expect(await readdir(join(context.folder, "1a2b/cage"))).toHaveLength(6);
  });

  it("are looked at up to a number", async () => {
    const context = await place();
    await Promise.all(
      Array.from({ length: 510 }, (_, index) => put(context, `1a2b/cage/${index.toString(16)}`)),
    );
    expect(await findOldBackups(context)).toHaveLength(500);
    expect((await sweepOldBackups(context, () => Promise.resolve(true))).removed).toBe(500);
    expect(await findOldBackups(context)).toHaveLength(10);
  });
});
