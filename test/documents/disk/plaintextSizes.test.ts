import { describe, expect, it } from "vitest";
import type { FileFacts } from "../../../src/documents/disk/fileFacts";
import { PlaintextSizes } from "../../../src/documents/disk/plaintextSizes";
import { ageFile } from "../kit";

const facts = (size: number, mtime: number): FileFacts => ({
  ...{ kind: "file", size, mtime, ctime: 0, version: "" },
  ...{ mode: 0o600, uid: 0, gid: 0, links: 1, writable: true, id: "" },
});

describe("the sizes of plaintexts", () => {
  it("are read once for each version, and again after many other files", async () => {
    const file = await ageFile("text");
    const read: string[] = [];
    let mtime = 0;
    const sizes = new PlaintextSizes({
      facts: () => Promise.resolve(facts(file.length, mtime)),
      stream: async function* (path) {
        read.push(path);
        yield await Promise.resolve(file.slice());
      },
    });
    const readOf = async (path: string) => {
      read.length = 0;
      expect((await sizes.stat(path)).plaintextSize).toBe(4);
      return read.length;
    };
    expect([await readOf("a"), await readOf("a")]).toEqual([1, 0]);
    mtime++;
    expect([await readOf("a"), await readOf("a")]).toEqual([1, 0]);
    for (let count = 0; count < 10_000; count++) await sizes.stat(`${count}`);
    expect(await readOf("9999")).toBe(0);
    expect(await readOf("a")).toBe(1);
  });

  it("are read only of files that are larger than what matters", async () => {
    const file = await ageFile("text");
    let reads = 0;
    const sizes = new PlaintextSizes({
      facts: (path) => Promise.resolve(path === "gone" ? null : facts(file.length, 0)),
      stream: async function* () {
        reads++;
        yield await Promise.resolve(file.slice());
      },
    });
    expect([await sizes.sizeAbove("a", file.length), reads]).toEqual([file.length, 0]);
    expect([await sizes.sizeAbove("a", file.length - 1), reads]).toEqual([4, 1]);
    await expect(sizes.sizeAbove("gone", 0)).rejects.toMatchObject({ code: "not-found" });
  });
});
