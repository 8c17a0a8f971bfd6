import { describe, expect, it } from "vitest";
import type { Damage } from "../../src/age/damage";
import { AgeError } from "../../src/age/errors";
import { decryptFile } from "../../src/documents/files/decryptFile";
import { openDocument } from "../../src/documents/openDocument";
import { plaintextOf } from "./kit";
import { ageFile, desk } from "../documents/kit";

const latin1 = (file: Uint8Array): string => Buffer.from(file).toString("latin1");
const withoutReturns = (file: Uint8Array): Uint8Array =>
  Buffer.from(latin1(file).replaceAll("\r\n", "\n"), "latin1");

/** Makes an encrypted file with this many CRs before an LF, none of them in its header. */
async function fileWithReturns(size: number, count: number): Promise<Uint8Array> {
  for (;;) {
    const file = await ageFile(plaintextOf(size));
    if (latin1(file).split("\r\n").length - 1 === count) return file;
  }
}

/**
 * Returns the damage that a file shows when the editor opens it, and when it is decrypted to the
 * disk.
 */
async function damageOf(file: Uint8Array): Promise<readonly (Damage | undefined)[]> {
  const at = await desk();
  const path = await at.put("a.age", file);
  const files = { source: path, target: at.path("out"), existing: "keep" } as const;
  const failures = [
    openDocument(path, "ask", at.context),
    decryptFile(files, at.context, () => undefined),
  ].map(async (work) => {
    const error: unknown = await work.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ name: "AgeError", code: "corrupt-payload" });
    return error instanceof AgeError ? error.facts.damage : undefined;
  });
  return Promise.all(failures);
}

describe("a payload that was damaged", () => {
  it("by removing one carriage return is known for sure", async () => {
    const file = withoutReturns(await fileWithReturns(20_000, 1));
    expect(await damageOf(file)).toEqual(["lost returns", "lost returns"]);
  });

  it("by removing many is a guess, and said to be one", async () => {
    const file = withoutReturns(await ageFile(plaintextOf(3 << 20)));
    expect(await damageOf(file)).toEqual(["seems to lack returns", "seems to lack returns"]);
  });

  it("by an editor that took it for text is known", async () => {
    const file = await ageFile(plaintextOf(1000));
    const saved = Buffer.from(new TextDecoder().decode(file));
    expect(await damageOf(saved)).toEqual(["text", "text"]);
  });

  it("otherwise is claimed to be nothing", async () => {
    const file = await ageFile(plaintextOf(2 << 20));
    const flipped = file.with(-1, (file.at(-1) ?? 0) ^ 1);
    expect(await damageOf(flipped)).toEqual([undefined, undefined]);
    const small = await ageFile(plaintextOf(50_000));
    expect(await damageOf(small.with(-1, (small.at(-1) ?? 0) ^ 1))).toEqual([undefined, undefined]);
  });
});
