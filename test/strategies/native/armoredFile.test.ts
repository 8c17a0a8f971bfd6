import { ftruncateSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { collect, decrypt, encrypt } from "../../../src/age/age";
import { decodeArmor } from "../../../src/age/armor";
import { concurrentIo, type FileIo } from "../../../src/strategies/native/fileIo";
import { ageError, expectBytes, plaintextOf, text } from "../../age/kit";
import {
  alice,
  chunk,
  encrypted,
  inputOf,
  type Kind,
  mebibyte,
  outputOf,
  recipients,
  strategyOf,
  testFile,
  unlocked,
} from "./kit";

const sizes = [0, 1, 46, 47, 48, 65535, 65536, 65537, mebibyte + 5, 2 * mebibyte + 77];
const kinds: readonly Kind[] = ["file", "memory"];
const ways = kinds.flatMap((from) => kinds.map((to) => [from, to] as const));

describe.each([0, 1, 2])("with %i workers, an armored file", (threads) => {
  it.each(ways)("is written from %s to %s", async (from, to) => {
    const strategy = strategyOf(threads);
    for (const size of sizes) {
      const plaintext = plaintextOf(size);
      const { output, result } = outputOf(to, 2 * size);
      const input = inputOf(from, plaintext);
      const outcome = await strategy.encrypt({ input, output, format: "armored", recipients });
      const file = result(outcome.bytes);
      expect(text(file.subarray(0, 35))).toBe("-----BEGIN AGE ENCRYPTED FILE-----\n");
      expectBytes(await collect(decrypt([file], [alice])), plaintext);
      expect(outcome.report).toMatchObject({ operation: "encrypt", threads: 1, bytes: size });
    }
  });

  it.each(ways)("is read from %s to %s", async (from, to) => {
    const strategy = strategyOf(threads);
    for (const size of sizes) {
      const plaintext = plaintextOf(size);
      const file = await encrypted(plaintext, "armored");
      const { output, result } = outputOf(to, size);
      const input = inputOf(from, file);
      const outcome = await strategy.decrypt({ input, output, ...(await unlocked(file)) });
      expectBytes(result(outcome.bytes), plaintext);
      expect(outcome.report).toMatchObject({ operation: "decrypt", threads: 1, bytes: size });
    }
  });

  it.each(kinds)(
    "with other line endings and whitespace around it is read from %s",
    async (from) => {
      const plaintext = plaintextOf(2 * chunk + 5);
      const usual = text(await encrypted(plaintext, "armored"));
      for (const other of [`\n\n ${usual}`, usual.replaceAll("\n", "\r\n"), `${usual}  \n\n`]) {
        const file = new TextEncoder().encode(other);
        const job = { input: inputOf(from, file), output: { kind: "memory" } as const };
        const { bytes } = await strategyOf(threads).decrypt({ ...job, ...(await unlocked(file)) });
        expectBytes(bytes ?? new Uint8Array(1), plaintext);
        expect(bytes?.buffer.byteLength).toBe(plaintext.length);
      }
    },
  );

  it("that is damaged is refused, and nothing is handed out", async () => {
    const file = await encrypted(plaintextOf(3 * chunk), "armored");
    const at = (offset: number, byte: number): Uint8Array =>
      file.map((old, i) => (i === offset ? byte : old));
    const known = await unlocked(file);
    const cases = [
      [at(file.length - 100, 0x20), "invalid-armor"],
      [at(file.length - 100, file[file.length - 100] === 65 ? 66 : 65), "corrupt-payload"],
      [file.subarray(0, -30), "invalid-armor"],
      [file.subarray(0, 100_000), "invalid-armor"],
    ] as const;
    for (const [bytes, code] of cases) {
      for (const output of [testFile().output, { kind: "memory" } as const]) {
        const decryption = strategyOf(threads).decrypt({
          ...{ input: inputOf("file", bytes), output, ...known },
        });
        await expect(decryption).rejects.toThrow(ageError(code));
      }
    }
  });

  it("with a conflict in its payload says so, from whatever thread", async () => {
    const whole = await encrypted(plaintextOf(2 * mebibyte), "armored");
    const lines = text(whole).split("\n");
    const conflict = [...lines.slice(0, 9000), "<<<<<<< HEAD", ...lines.slice(9000)].join("\n");
    const input = inputOf("file", new TextEncoder().encode(conflict));
    const job = { input, output: { kind: "memory" } as const, ...(await unlocked(whole)) };
    const failure = ageError("invalid-armor", { damage: "conflict" });
    await expect(strategyOf(threads).decrypt(job)).rejects.toEqual(failure);
  });

  it("whose payload ends within its nonce is refused", async () => {
    const file = await encrypted(plaintextOf(3));
    const { header } = await unlocked(file);
    const whole = await collect(encrypt([], recipients, "armored"));
    const known = await unlocked(whole);
    const start = (await collect(decodeArmor([whole]))).subarray(0, header.bytes.length + 7);
    const armor = `-----BEGIN AGE ENCRYPTED FILE-----\n${
      Buffer.from(start)
        .toString("base64")
        .match(/.{1,64}/g)
        ?.join("\n") ?? ""
    }\n-----END AGE ENCRYPTED FILE-----\n`;
    const input = inputOf("file", new TextEncoder().encode(armor));
    const decryption = strategyOf(threads).decrypt({ input, output: { kind: "memory" }, ...known });
    await expect(decryption).rejects.toThrow(ageError("corrupt-payload"));
  });
});

describe("an armored file whose source", () => {
  it.each([-1, 1])("changes its length by %i meanwhile is refused", async (by) => {
    const size = 2 * mebibyte;
    const source = testFile(plaintextOf(size));
    const io: FileIo = {
      ...concurrentIo,
      write: (...args) => {
        ftruncateSync(source.descriptor, size + by);
        return concurrentIo.write(...args);
      },
    };
    const job = { input: source.input(), output: testFile().output, recipients };
    const encryption = strategyOf(0, { io }).encrypt({ ...job, format: "armored" });
    await expect(encryption).rejects.toThrow(ageError("source-changed"));
  });
});
