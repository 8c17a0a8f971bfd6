import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAgeFile } from "../../src/age/age";
import { decodeArmor, encodeArmor } from "../../src/age/armor";
import { collect } from "../../src/age/source";
import { ageError, bytes, expectBytes, inPieces, plaintextOf, released, text } from "./kit";

const begin = "-----BEGIN AGE ENCRYPTED FILE-----";
const end = "-----END AGE ENCRYPTED FILE-----";
const full = "A".repeat(64);
const decode = (armor: string): Promise<Uint8Array> => collect(decodeArmor([bytes(armor)]));

describe("armor", () => {
  it.each([
    [0, `${begin}\n${end}\n`],
    [1, `${begin}\nAA==\n${end}\n`],
    [47, `${begin}\n${"A".repeat(63)}=\n${end}\n`],
    [48, `${begin}\n${full}\n${end}\n`],
    [49, `${begin}\n${full}\nAA==\n${end}\n`],
    [96, `${begin}\n${full}\n${full}\n${end}\n`],
  ])("of %i bytes is encoded and decoded", async (size, armor) => {
    expect(text(await collect(encodeArmor([new Uint8Array(size)])))).toBe(armor);
    expectBytes(await decode(armor), new Uint8Array(size));
    // Line endings may be CRLF, also in some lines only. The last one is optional.
    expectBytes(await decode(armor.replaceAll("\n", "\r\n")), new Uint8Array(size));
    expectBytes(await decode(armor.replace("\n", "\r\n")), new Uint8Array(size));
    expectBytes(await decode(armor.trimEnd()), new Uint8Array(size));
  });

  it("round-trips in whatever pieces it comes", async () => {
    const length = fc.integer({ min: 1, max: 200 });
    await fc.assert(
      fc.asyncProperty(fc.nat(1000), length, length, async (size, first, second) => {
        const plain = plaintextOf(size);
        const armor = await collect(encodeArmor(inPieces(plain, first)));
        expectBytes(await collect(decodeArmor(inPieces(armor, second))), plain);
        const crlf = bytes(text(armor).replaceAll("\n", "\r\n"));
        expectBytes(await collect(decodeArmor(inPieces(crlf, second))), plain);
      }),
    );
  });

  const good = `${begin}\n${full}\nAAAA\n${end}\n`;
  it.each([
    ["a text before it", `x${good}`],
    ["a line before it", `x\n${good}`],
    ["a text after it", `${good}x`],
    ["a text on its last line", `${good.trimEnd()}x\n`],
    ["a second armor after it", `${good}${good}`],
    ["a text on its first line", good.replace("\n", " x\n")],
    ["a space on its first line", good.replace("\n", " \n")],
    ["a header of PEM", good.replace("\n", "\nKey: value\n\n")],
    ["a checksum of OpenPGP", good.replace("\n-----END", "\n=abcd\n-----END")],
    ["an empty line at the start", good.replace("\n", "\n\n")],
    ["an empty line at the end", good.replace("\n-----END", "\n\n-----END")],
    ["a short line inside", `${begin}\nAAAA\n${full}\n${end}\n`],
    ["a padded line inside", `${begin}\n${"A".repeat(63)}=\n${full}\n${end}\n`],
    ["two short lines", `${begin}\nAAAA\nAAAA\n${end}\n`],
    ["a line of 65 columns", `${begin}\n${full}A\n${end}\n`],
    ["a line of 68 columns", `${begin}\n${full}AAAA\n${end}\n`],
    ["a line without end", `${begin}\n${"A".repeat(10_000)}`],
    ["no padding", good.replace("AAAA\n", "AA\n")],
    ["too much padding", good.replace("AAAA\n", "AA====\n")],
    ["unused bits that are set", good.replace("AAAA\n", "AAB=\n")],
    ["a character of the URL-safe alphabet", good.replace("AAAA\n", "AA-A\n")],
    ["a space at the end of a line", good.replace("AAAA\n", "AAAA \n")],
    ["a space at the start of a line", good.replace("AAAA\n", " AAAA\n")],
    ["two carriage returns", good.replace("AAAA\n", "AAAA\r\r\n")],
    ["a carriage return inside a line", good.replace("AAAA\n", "AA\rAA\n")],
    ["nothing but carriage returns", good.replaceAll("\n", "\r")],
    ["no end", `${begin}\n${full}\nAAAA\n`],
    ["nothing after its first line", `${begin}\n`],
    ["an unfinished first line", begin],
    ["an unfinished last line", good.slice(0, -2)],
    ["a last line in lower case", good.replace(end, end.toLowerCase())],
    ["a last line of another type", good.replace(end, "-----END AGE ENCRYPTED FILES-----")],
    ["nothing", ""],
    ["1025 bytes of whitespace before it", " ".repeat(1025) + good],
    ["1025 bytes of whitespace after it", good.trimEnd() + "\n".repeat(1026)],
  ])("with %s is refused, whole and in pieces", async (_, armor) => {
    for (const length of [1, 7, 65536]) {
      const { error } = await released(decodeArmor(inPieces(bytes(armor), length)));
      expect(error).toEqual(ageError("invalid-armor"));
    }
  });

  it.each([
    ["1024 bytes before it", " ".repeat(1024) + good],
    ["1024 bytes after it", good + "\n".repeat(1024)],
    ["all kinds of it around", ` \t\r\n\v\f${good}\f\v\n\r\t `],
    ["some on its last line", good.replace(`${end}\n`, `${end}  \t`)],
  ])("may have whitespace: %s", async (_, armor) => {
    expectBytes(await decode(armor), new Uint8Array(51));
    expectBytes(await collect(decodeArmor(inPieces(bytes(armor), 1))), new Uint8Array(51));
  });

  it("is found by its content", async () => {
    const file = bytes(`age-encryption.org/v1\n-> a\n\n--- ${"A".repeat(43)}\n`);
    expect((await readAgeFile([file])).format).toBe("binary");
    const armor = await collect(encodeArmor([file]));
    expect((await readAgeFile([armor])).format).toBe("armored");
    expect((await readAgeFile(inPieces(bytes(` \r\n\t${text(armor)}`), 1))).format).toBe("armored");
    const late = bytes(" ".repeat(1025) + text(armor));
    await expect(readAgeFile([late])).rejects.toThrow(ageError("not-age"));
  });

  it("around something else is an invalid header", async () => {
    const armor = await collect(encodeArmor([bytes("not an age file")]));
    await expect(readAgeFile([armor])).rejects.toThrow(ageError("invalid-header"));
  });

  it("writes nothing before its source has given something", async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      await Promise.resolve();
      yield* [];
      throw new Error("no source");
    }
    const { plaintext, error } = await released(encodeArmor(failing()));
    expect(plaintext.length).toBe(0);
    expect(error).toEqual(new Error("no source"));
  });
});
