// @ts-nocheck: a CommonJS script that Node loads as it is.
/**
 * Desktop VS Code is Electron, whose BoringSSL lacks ciphers that Node's OpenSSL has. Loaded before
 * everything else (`node --require`, or an import), this module removes them from `node:crypto` in
 * the whole process if CAGE_TEST_CIPHERS is "desktop".
 */
const crypto = require("node:crypto");
const { syncBuiltinESMExports } = require("node:module");

const missing = /chacha20|ocb|ccm|aria|camellia/i;

if (process.env["CAGE_TEST_CIPHERS"] === "desktop") {
  const { createCipheriv, createDecipheriv, getCiphers } = crypto;
  Object.assign(crypto, {
    createCipheriv: refusing(createCipheriv),
    createDecipheriv: refusing(createDecipheriv),
    getCiphers: () => getCiphers().filter((name) => !missing.test(name)),
  });
  syncBuiltinESMExports();
}

/** @param {(...args: any[]) => unknown} create */
function refusing(create) {
  /** @param {any[]} args */
  return (...args) => {
    if (typeof args[0] === "string" && missing.test(args[0])) {
      throw Object.assign(new Error("Unknown cipher"), { code: "ERR_CRYPTO_UNKNOWN_CIPHER" });
    }
    return create(...args);
  };
}
