import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { expectOpened, expectPlaintext, makeFiles, spoil, WrongOutput } from "../../bench/data.mjs";

const chunk = 64 * 1024;
const size = 3 * chunk + 5;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cage-bench-data-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const files = () => makeFiles({ name: "disk", folder }, size);

describe("the bench's files", () => {
  it("are random bytes of the size that was asked for, whose hash is known", () => {
    const made = files();
    const plain = readFileSync(made.plain);
    expect(plain.length).toBe(size);
    expect(createHash("sha256").update(plain).digest("hex")).toBe(made.sha256);
    expect(plain.equals(readFileSync(files().plain))).toBe(false);
  });

  it("are taken for right only if all of the plaintext is there; what follows does not count", () => {
    const made = files();
    const check = () => {
      expectOpened(made);
    };
    expect(check).toThrow(WrongOutput);
    copyFileSync(made.plain, made.opened);
    check();
    truncateSync(made.opened, size + 10);
    check();
    truncateSync(made.opened, size - 1);
    expect(check).toThrow(WrongOutput);
  });

  it("are wrong in each chunk once they are spoiled, and as long as before", () => {
    const made = files();
    copyFileSync(made.plain, made.opened);
    spoil(made.opened);
    expect(statSync(made.opened).size).toBe(size);
    const [plain, opened] = [readFileSync(made.plain), readFileSync(made.opened)];
    for (let at = 0; at < size; at += chunk) {
      const end = at + chunk;
      expect(opened.subarray(at, end).equals(plain.subarray(at, end)), `at ${at}`).toBe(false);
    }
  });
});

it("a plaintext in memory is compared as a whole", () => {
  const made = files();
  const plain = readFileSync(made.plain);
  expectPlaintext(made, plain);
  const changed = Uint8Array.from(plain, (byte, i) => (i === size - 1 ? byte ^ 1 : byte));
  for (const wrong of [null, plain.subarray(1), changed, Buffer.concat([plain, plain])]) {
    expect(() => {
      expectPlaintext(made, wrong);
    }).toThrow(WrongOutput);
  }
});
