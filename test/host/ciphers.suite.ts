import { strict as assert } from "node:assert";
import { createCipheriv, getCiphers } from "node:crypto";
import { engine } from "../../src/age/engines/engineChoice";
import type { Suite } from "./runner";

const expected =
  process.env["CAGE_TEST_CIPHERS"] === "desktop" || process.versions["electron"] !== undefined
    ? "wasm"
    : "openssl";

export const suite: Suite = {
  [`ChaCha20-Poly1305 is computed by the ${expected} engine`]: () => {
    assert.equal(engine(), expected);
  },

  "node:crypto has the cipher exactly where the engine is openssl": () => {
    const has = expected === "openssl";
    assert.equal(getCiphers().includes("chacha20-poly1305"), has);
    const create = () =>
      createCipheriv("chacha20-poly1305", new Uint8Array(32), new Uint8Array(12), {
        authTagLength: 16,
      });
    if (has) create();
    else assert.throws(create, { code: "ERR_CRYPTO_UNKNOWN_CIPHER" });
  },
};
