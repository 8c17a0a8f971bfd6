import { describe, expect, it } from "vitest";
import { conflictName } from "../../../src/documents/disk/conflictCopy";

const time = Date.UTC(2026, 10, 28, 17, 20, 3);

describe("the name of a conflict copy", () => {
  it.each([
    ["secrets.yaml.age", 1, "secrets.conflict-20261128-172003.yaml.age"],
    ["secrets.yaml.age", 2, "secrets.conflict-20261128-172003-2.yaml.age"],
    ["notes.age", 1, "notes.conflict-20261128-172003.age"],
    [".env.age", 1, ".env.conflict-20261128-172003.age"],
    ["keys.txt", 1, "keys.conflict-20261128-172003.txt"],
    ["Makefile", 1, "Makefile.conflict-20261128-172003"],
  ])("keeps the suffixes: %s", (name, number, expected) => {
    expect(conflictName(name, time, number)).toBe(expected);
  });

  it.each([`${"n".repeat(251)}.age`, `${"é".repeat(60)}.${"x".repeat(120)}.age`, "𝄞".repeat(63)])(
    "fits a file system",
    (name) => {
      expect(Buffer.byteLength(conflictName(name, time, 12))).toBeLessThanOrEqual(255);
    },
  );

  it.each([NaN, -1, 1e20, 8.64e15])("has some time, whatever the disk says: %d", (odd) => {
    expect(conflictName("a.age", odd, 1)).toMatch(/^a\.conflict-\d{8}-\d{6}\.age$/);
  });
});
