import { symlink } from "node:fs/promises";
import { describe, expect, it, vi } from "vitest";
import { AgeError } from "../../../src/age/errors";
import { heldIdentity } from "../../../src/documents/files/heldIdentity";
import type { Disk } from "../../../src/documents/disk/disk";
import { localDisk } from "../../../src/documents/disk/localDisk";
import { ageFile, alice, bytes, desk, nameOf, passphrase, text } from "../kit";

const key = text(alice.encode());
const MiB = 2 ** 20;

/** Encodes a text in UTF-16, with a byte order mark. */
function utf16(content: string, isBig: boolean): Uint8Array {
  const buffer = Buffer.from(`\ufeff${content}`, "utf16le");
  return new Uint8Array(isBig ? buffer.swap16() : buffer);
}

describe("an identity in a file", () => {
  it.each([
    ["after a long comment", `#${"x".repeat(3 * MiB)}\n${key}\n`, "seen"],
    ["across the end of a piece that is read", `#${"x".repeat(MiB - 20)}\n${key}\n`, "seen"],
    ["as PowerShell writes it", utf16(`# key\r\n${key}\r\n`, false), "seen"],
    ["in the other order of bytes", utf16(key, true), "seen"],
    ["behind other bytes", new Uint8Array([0, 1, 2, ...bytes(key)]), "seen"],
    ["nowhere", nameOf(alice), null],
    ["in no bytes at all", "", null],
  ])("is looked for %s", async (_where, content, held) => {
    const at = await desk();
    expect(await heldIdentity(await at.put("a", content), localDisk)).toBe(held);
  });

  it("is possible where a passphrase encrypts the file, in either format", async () => {
    const at = await desk();
    for (const format of ["binary", "armored"] as const) {
      const content = await ageFile(key, passphrase("x"), format);
      expect(await heldIdentity(await at.put("a", content), localDisk)).toBe("possible");
    }
    expect(await heldIdentity(await at.put("b", await ageFile(key, alice)), localDisk)).toBe(null);
  });

  it("is looked for in no more than 1 MiB of other data", async () => {
    const at = await desk();
    let read = 0;
    const disk: Disk = {
      ...localDisk,
      openForReading: async (...of) => {
        const file = await localDisk.openForReading(...of);
        return {
          ...file,
          stream: async function* (signal) {
            for await (const piece of file.stream(signal)) {
              read += piece.length;
              yield piece;
            }
          },
        };
      },
    };
    expect(await heldIdentity(await at.put("a", new Uint8Array(5 * MiB)), disk)).toBe(null);
    expect(read).toBe(MiB);
    await at.put("b", bytes("x".repeat(17 * MiB)));
    expect(await heldIdentity(at.path("b"), disk)).toBe(null);
    expect(read).toBe(2 * MiB);
  });

  it("stays nowhere in memory when the file can't be read to its end", async () => {
    const at = await desk();
    const disk: Disk = {
      ...localDisk,
      openForReading: async (...of) => ({
        ...(await localDisk.openForReading(...of)),
        stream: async function* () {
          yield await Promise.resolve(bytes("# canary"));
          throw new AgeError("read-failed", "the disk is broken");
        },
      }),
    };
    const path = await at.put("a", "# canary, and more");
    const parts = vi.spyOn(Uint8Array.prototype, "slice");
    try {
      await expect(heldIdentity(path, disk)).rejects.toThrow("the disk is broken");
      const buffers = parts.mock.results.map(({ value }) => value as Uint8Array);
      expect(buffers.length).toBeGreaterThan(0);
      for (const buffer of buffers) expect(text(buffer)).not.toContain("canary");
    } finally {
      parts.mockRestore();
    }
  });

  it("is not looked for where a link leads", async () => {
    const at = await desk();
    await at.put("a", key);
    await symlink("a", at.path("link"));
    await expect(heldIdentity(at.path("link"), localDisk)).rejects.toMatchObject({
      code: "not-found",
    });
  });
});
