/**
 * Desktop VS Code is Electron, whose BoringSSL lacks ciphers that Node's OpenSSL has. With
 * `CAGE_TEST_CIPHERS=desktop` this module takes them out of `node:crypto` for the whole extension
 * host. The bundle loads it before everything else, and before VS Code activates the extension.
 */
import { strict as assert } from "node:assert";
import { createRequire, syncBuiltinESMExports } from "node:module";
import * as vscode from "vscode";

type Crypto = typeof import("node:crypto");

// The module object itself: a namespace import would be a copy of it.
const crypto = createRequire(__filename)("node:crypto") as {
  -readonly [K in keyof Crypto]: Crypto[K];
};

const missing = /chacha20|ocb|ccm|aria|camellia/i;

if (process.env["CAGE_TEST_CIPHERS"] === "desktop") {
  const cage = vscode.extensions.getExtension("padlokk.cage");
  assert.equal(
    cage?.isActive,
    false,
    "the extension was active before the ciphers were taken away",
  );
  const { createCipheriv, createDecipheriv, getCiphers } = crypto;
  crypto.createCipheriv = refusing(createCipheriv);
  crypto.createDecipheriv = refusing(createDecipheriv);
  crypto.getCiphers = () => getCiphers().filter((name) => !missing.test(name));
  syncBuiltinESMExports();
}

function refusing<F extends (...args: never[]) => unknown>(create: F): F {
  const guarded = (...args: Parameters<F>): unknown => {
    if (typeof args[0] === "string" && missing.test(args[0])) {
      throw Object.assign(new Error("Unknown cipher"), { code: "ERR_CRYPTO_UNKNOWN_CIPHER" });
    }
    return create(...args);
  };
  return guarded as F;
}
