import { createHash } from "node:crypto";
import { afterAll, describe, expect, it } from "vitest";
import { collect, decrypt, readAgeFile, unwrapFileKey } from "../../src/age/age";
import { decodeArmor, encodeArmor } from "../../src/age/armor";
import { AgeError } from "../../src/age/errors";
import { encodeHeader, parseHeader } from "../../src/age/header";
import { openPayload, sealPayload } from "../../src/age/payload";
import { openRandomAccess, type ReadAt } from "../../src/age/randomAccess";
import { expectedCode, identitiesOf, type Vector, vectors } from "./cctv";
import { ageError, bytes, expectBytes, inPieces, released, text, useEngine } from "./kit";

async function check(vector: Vector, source: AsyncIterable<Uint8Array>): Promise<void> {
  const { plaintext, error } = await released(decrypt(source, identitiesOf(vector)));
  expect(error instanceof AgeError ? error.code : error).toBe(expectedCode(vector));
  const hash = createHash("sha256").update(plaintext).digest("hex");
  if (vector.payload !== null) expect(hash).toBe(vector.payload);
  else expect(plaintext.length).toBe(0);
}

describe("CCTV vectors", () => {
  let ran = 0;
  const large = (vector: Vector): boolean => vector.file.length > 1_000_000;

  describe.each(["openssl", "wasm", "portable"] as const)("with the engine %s", (engine) => {
    useEngine(engine);

    it.each(vectors)("$name: $expect, as a whole", async (vector) => {
      ran++;
      await check(vector, inPieces(vector.file, Math.max(vector.file.length, 1)));
    });

    // An engine cannot see how its chunks came in, so the slow one does not get the large files.
    it.each(vectors.filter((vector) => engine !== "portable" || !large(vector)))(
      "$name: $expect, in small pieces",
      async (vector) => {
        await check(vector, inPieces(vector.file, large(vector) ? 1021 : 1));
      },
    );

    const binary = vectors.filter(({ expect: e, armored }) => e === "success" && !armored);
    it.each(binary)("$name: $expect, by random access", async (vector) => {
      const { file } = vector;
      const { header } = await readAgeFile([file]);
      const { fileKey } = await unwrapFileKey(header, identitiesOf(vector));
      const readAt: ReadAt = (position, length) =>
        Promise.resolve(file.slice(position, position + length));
      const reader = await openRandomAccess(
        { format: "binary", header, size: file.length, readAt },
        fileKey,
      );
      const parts = [];
      for (let at = 0; at < reader.size; at += 50_000) parts.push(await reader.read(at, 50_000));
      const hash = createHash("sha256").update(Buffer.concat(parts)).digest("hex");
      expect(hash).toBe(vector.payload);
    });
  });

  afterAll(() => {
    expect(ran).toBe(3 * 125);
  });

  it("are as many as are known", () => {
    expect(vectors.length).toBe(125);
  });
});

describe("round trips of the CCTV vectors", () => {
  const readable = vectors.filter(
    ({ name, expect: expected }) =>
      !["header failure", "armor failure"].includes(expected) || name === "stream_no_nonce",
  );

  it.each(readable)("$name: encoding the parsed header gives its bytes", async ({ file }) => {
    const { header } = await readAgeFile([file]);
    expectBytes(encodeHeader(parseHeader(header.bytes)), header.bytes);
  });

  const wellArmored = vectors.filter(({ armored, expect: e }) => armored && e !== "armor failure");

  it.each(wellArmored)("$name: encoding the decoded armor gives its text", async ({ file }) => {
    const decoded = await collect(decodeArmor([file]));
    const usual = `${text(file).trim().replaceAll("\r\n", "\n")}\n`;
    expect(text(await collect(encodeArmor([decoded])))).toBe(usual);
    expectBytes(await collect(encodeArmor(inPieces(decoded, 1))), bytes(usual));
  });

  it.each(vectors.filter(({ expect: e }) => e === "armor failure"))(
    "$name: the armor decoder alone refuses it",
    async ({ file }) => {
      const { error } = await released(decodeArmor([file]));
      expect(error).toEqual(ageError("invalid-armor"));
    },
  );

  it.each(vectors.filter(({ expect: e }) => e === "success"))(
    "$name: sealing the opened payload gives its bytes",
    async ({ file, fileKey }) => {
      const payload = await collect((await readAgeFile([file])).payload);
      const plaintext = openPayload(fileKey, [payload]);
      expectBytes(await collect(sealPayload(fileKey, payload.slice(0, 16), plaintext)), payload);
    },
  );
});
