import { createHash } from "node:crypto";
import { afterAll, describe, expect, it } from "vitest";
import { readAgeFile, unwrapFileKey } from "../../../src/age/age";
import { AgeError } from "../../../src/age/errors";
import { nativeStrategy } from "../../../src/strategies/native/nativeStrategy";
import { expectedCode, identitiesOf, type Vector, vectors } from "../../age/cctv";
import { useEngine } from "../../age/kit";
import { optionsOf, testFile } from "./kit";

describe.each([0, 2])("CCTV vectors, from file to file, with %i workers", (threads) => {
  const strategy = nativeStrategy(optionsOf(threads));
  afterAll(() => strategy.dispose());

  describe.each(["openssl", "wasm", "portable"] as const)("with the engine %s", (engine) => {
    useEngine(engine);

    it.each(vectors)("$name: $expect", async (vector) => {
      const target = testFile();
      const code = await decryptionOf(vector, target.output.descriptor).then(
        () => null,
        (error: unknown) => (error instanceof AgeError ? error.code : error),
      );
      expect(code).toBe(expectedCode(vector));
      if (code !== null) return;
      const hash = createHash("sha256").update(target.read()).digest("hex");
      expect(hash).toBe(vector.payload);
    });
  });

  async function decryptionOf(vector: Vector, descriptor: number): Promise<unknown> {
    const source = testFile(vector.file);
    const { header, format } = await readAgeFile([vector.file]);
    const { fileKey } = await unwrapFileKey(header, identitiesOf(vector));
    const output = { kind: "file", descriptor } as const;
    return strategy.decrypt({ input: source.input(), output, header, format, fileKey });
  }
});
