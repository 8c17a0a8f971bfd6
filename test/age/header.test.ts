import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAgeFile } from "../../src/age/age";
import {
  createHeader,
  encodeHeader,
  parseHeader,
  readHeader,
  type Stanza,
  verifyHeaderMac,
} from "../../src/age/header";
import { SourceReader } from "../../src/age/source";
import { ageError, bytes, expectBytes, inPieces, text } from "./kit";

const mac = "A".repeat(43);
const header = (...stanzas: string[]): string =>
  `age-encryption.org/v1\n${stanzas.join("")}--- ${mac}\n`;
const fileKey = bytes("YELLOW SUBMARINE");

describe("a header", () => {
  it("is parsed into its stanzas and MAC", () => {
    const source = header(
      "-> X25519 share\nAAAA\n",
      `-> none\n${"B".repeat(64)}\n\n`,
      "-> a b c\n\n",
    );
    expect(parseHeader(bytes(source))).toEqual({
      stanzas: [
        { type: "X25519", args: ["share"], body: new Uint8Array(3) },
        { type: "none", args: [], body: Uint8Array.from(Buffer.from("B".repeat(64), "base64")) },
        { type: "a", args: ["b", "c"], body: new Uint8Array(0) },
      ],
      mac: new Uint8Array(32),
      bytes: bytes(source),
    });
  });

  const good = "-> X25519 share\nAAAA\n";
  it.each([
    ["no stanza", header()],
    ["a stanza without arguments", header("->\nAAAA\n")],
    ["a stanza with an empty type", header("-> \nAAAA\n")],
    ["a stanza without a space after its arrow", header("->X25519\nAAAA\n")],
    ["two spaces between arguments", header("-> X25519  share\nAAAA\n")],
    ["a space after the last argument", header("-> X25519 share \nAAAA\n")],
    ["a tab in an argument", header("-> X25519 sh\tare\nAAAA\n")],
    ["a letter that is not ASCII in an argument", header("-> X25519 sh\u00e4re\nAAAA\n")],
    ["no body", header("-> X25519 share\n")],
    [
      "a full body line without a short one after it",
      header(`-> X25519 share\n${"A".repeat(64)}\n`),
    ],
    ["a body line of 65 columns", header(`-> X25519 share\n${"A".repeat(65)}\n\n`)],
    ["a body line of 68 columns", header(`-> X25519 share\n${"A".repeat(68)}\n\n`)],
    ["a second short body line", header("-> X25519 share\nAAAA\nAAAA\n")],
    ["padding in a body", header("-> X25519 share\nAA==\n")],
    ["a body that is not canonical", header("-> X25519 share\nAB\n")],
    ["CRLF after a body", header("-> X25519 share\nAAAA\r\n")],
    ["an empty line between stanzas", header(good, "\n", good)],
    ["no MAC", `age-encryption.org/v1\n${good}---\n`],
    ["a MAC of 31 bytes", `age-encryption.org/v1\n${good}--- ${"A".repeat(42)}\n`],
    ["a MAC that is padded", `age-encryption.org/v1\n${good}--- ${mac}=\n`],
    ["a MAC that is not canonical", `age-encryption.org/v1\n${good}--- ${"A".repeat(42)}B\n`],
    ["two spaces before the MAC", `age-encryption.org/v1\n${good}---  ${mac}\n`],
    ["another character before the MAC", `age-encryption.org/v1\n${good}---:${mac}\n`],
    ["four hyphens before the MAC", `age-encryption.org/v1\n${good}---- ${mac}\n`],
    ["no newline after the MAC", header(good).slice(0, -1)],
    ["something after its end", `${header(good)}x`],
    ["CRLF after the version", header(good).replace("\n", "\r\n")],
    ["a space after the version", header(good).replace("\n", " \n")],
    ["a byte order mark", `\ufeff${header(good)}`],
    ["nothing", ""],
    ["no version", header(good).slice("age-encryption.org/v1\n".length)],
  ])("with %s is refused", (_, source) => {
    expect(() => parseHeader(bytes(source))).toThrow(ageError("invalid-header"));
  });

  it.each(["v2", "v10", "v1.1", "v1-beta"])("of version %s is not supported", async (version) => {
    const source = bytes(header(good).replace("v1", version));
    expect(() => parseHeader(source)).toThrow(ageError("unsupported-version"));
    await expect(readAgeFile([source])).rejects.toThrow(ageError("unsupported-version"));
    // Anything may follow the version, so the reader does not wait for more.
    const head = bytes(`age-encryption.org/${version}\nno header`);
    await expect(readAgeFile([head])).rejects.toThrow(ageError("unsupported-version"));
  });

  it("names the damage that PowerShell does to line endings", () => {
    expect(() => parseHeader(bytes(header(good).replaceAll("\n", "\r\n")))).toThrow(/CRLF/);
  });

  it("round-trips whatever stanzas there are", () => {
    const arg = fc.string({
      unit: fc.constantFrom(...Array.from("azAZ09+/-._~!>")),
      minLength: 1,
      maxLength: 9,
    });
    const stanza = fc.record({
      type: arg,
      args: fc.array(arg, { maxLength: 4 }),
      body: fc.uint8Array({ maxLength: 150 }),
    });
    const stanzas = fc.array(stanza, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(stanzas, fc.uint8Array({ minLength: 32, maxLength: 32 }), (all, macBytes) => {
        const encoded = encodeHeader({ stanzas: all, mac: macBytes });
        expect(parseHeader(encoded)).toEqual({ stanzas: all, mac: macBytes, bytes: encoded });
      }),
    );
  });

  it("parses nothing but what it would encode", () => {
    const source = header("-> X25519 share\nAAAA\n", "-> b\n\n");
    const changes = fc.tuple(fc.nat(source.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(changes, ([position, byte]) => {
        const changed = bytes(source);
        changed[position] = byte;
        let parsed;
        try {
          parsed = parseHeader(changed);
        } catch (error) {
          expect(["invalid-header", "unsupported-version"]).toContain(
            (error as { code: string }).code,
          );
          return;
        }
        expectBytes(encodeHeader(parsed), changed);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("reading a header", () => {
  it.each([1, 2, 7, 64, 4096])("stops at its end, in pieces of %i bytes", async (length) => {
    const source = header(`-> X25519 share\n${"A".repeat(64)}\n\n`);
    const reader = new SourceReader(inPieces(bytes(`${source}--- payload\n---\n`), length));
    const read = await readHeader(reader);
    expect(text(read.bytes)).toBe(source);
    expect(text(await reader.take(99))).toBe("--- payload\n---\n");
  });

  it.each(["no stanza\n", "-> X25519 share\nno Base64\n", "--- no MAC\n"])(
    "reads no further than its first fault: %j",
    async (fault) => {
      let pieces = 0;
      const source = function* (): Generator<Uint8Array> {
        for (const piece of ["age-encryption.org/v1\n", fault, "-> b\n\n"]) {
          pieces++;
          yield bytes(piece);
        }
      };
      const reader = new SourceReader(source());
      await expect(readHeader(reader)).rejects.toThrow(ageError("invalid-header"));
      expect(pieces).toBe(2);
    },
  );

  it("refuses a header that ends early, wherever", async () => {
    const source = header("-> X25519 share\nAAAA\n");
    for (let length = "age-encryption.org/".length; length < source.length; length++) {
      await expect(readAgeFile([bytes(source.slice(0, length))])).rejects.toThrow(
        ageError("invalid-header"),
      );
    }
  });
});

describe("the limits of a header", () => {
  const maxHeaderSize = 2 * 1024 * 1024;
  const stanzaOf = (size: number): Stanza => ({ type: "a", args: [], body: new Uint8Array(size) });

  it("allow 2 MiB, and refuse more without reading on", async () => {
    let { bytes: largest } = createHeader([stanzaOf(1_548_500)], fileKey);
    const missing = maxHeaderSize - largest.length;
    expect(missing).toBeGreaterThan(0);
    const filler: Stanza = { type: "x".repeat(missing - 5), args: [], body: new Uint8Array(0) };
    ({ bytes: largest } = createHeader([stanzaOf(1_548_500), filler], fileKey));
    expect(largest.length).toBe(maxHeaderSize);
    expect((await readAgeFile(inPieces(largest, 65536))).header.stanzas.length).toBe(2);

    const longer = { ...filler, type: `${filler.type}x` };
    expect(() => createHeader([stanzaOf(1_548_500), longer], fileKey)).toThrow(
      ageError("invalid-recipient"),
    );
    const tooLong = encodeHeader({
      stanzas: [stanzaOf(1_548_500), longer],
      mac: new Uint8Array(32),
    });
    expect(() => parseHeader(tooLong)).toThrow(ageError("invalid-header"));
    await expect(readAgeFile(inPieces(tooLong, 65536))).rejects.toThrow(ageError("invalid-header"));
  });

  it.each([
    ["one line", bytes("x")],
    ["body lines", bytes(`${"A".repeat(64)}\n`)],
    ["stanzas", bytes("-> X25519 share\nAAAA\n")],
  ])("stop an endless header of %s at 2 MiB", async (_, repeated) => {
    let given = 0;
    const piece = new Uint8Array(65536).map((_, index) => repeated[index % repeated.length] ?? 0);
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield bytes("age-encryption.org/v1\n-> X25519 share\n");
      for (; given < 3 * maxHeaderSize; given += piece.length) {
        yield piece;
        await Promise.resolve();
      }
    }
    await expect(readAgeFile(endless())).rejects.toThrow(ageError("invalid-header"));
    expect(given).toBeLessThanOrEqual(maxHeaderSize);
  });

  it("allow 1024 stanzas and 128 arguments", () => {
    const stanzas = Array.from({ length: 1024 }, () => stanzaOf(0));
    expect(parseHeader(createHeader(stanzas, fileKey).bytes).stanzas.length).toBe(1024);
    stanzas.push(stanzaOf(0));
    expect(() => createHeader(stanzas, fileKey)).toThrow(ageError("invalid-recipient"));
    const encoded = encodeHeader({ stanzas, mac: new Uint8Array(32) });
    expect(() => parseHeader(encoded)).toThrow(ageError("invalid-header"));

    const args = Array.from({ length: 128 }, () => "b");
    const many = { ...stanzaOf(0), args };
    expect(parseHeader(createHeader([many], fileKey).bytes).stanzas).toEqual([many]);
    args.push("b");
    expect(() => createHeader([many], fileKey)).toThrow(ageError("invalid-recipient"));
    const tooMany = encodeHeader({ stanzas: [many], mac: new Uint8Array(32) });
    expect(() => parseHeader(tooMany)).toThrow(ageError("invalid-header"));
  });

  it("let no recipient write a body of many megabytes", () => {
    expect(() => createHeader([stanzaOf(20_000_000)], fileKey)).toThrow(
      ageError("invalid-recipient"),
    );
  });

  it.each(["", "a b", "a\n", "\u00e4"])("let no recipient write the type %j", (type) => {
    expect(() => createHeader([{ ...stanzaOf(0), type }], fileKey)).toThrow(
      ageError("invalid-recipient"),
    );
  });
});

describe("the MAC of a header", () => {
  it("covers every byte of it", () => {
    const created = createHeader([{ type: "a", args: ["b"], body: new Uint8Array(5) }], fileKey);
    expect(verifyHeaderMac(created, fileKey)).toBe(true);
    expect(verifyHeaderMac(created, bytes("PURPLE SUBMARINE"))).toBe(false);
    for (let position = 0; position < created.bytes.length - 45; position++) {
      const changed = created.bytes.map((byte, index) => (index === position ? byte ^ 1 : byte));
      expect(verifyHeaderMac({ ...created, bytes: changed }, fileKey)).toBe(false);
    }
  });
});
