// Removes the ciphers that desktop VS Code lacks, if CAGE_TEST_CIPHERS says so. The bundle of the
// suites loads this before everything else, and before VS Code activates the extension.
import { strict as assert } from "node:assert";
import * as vscode from "vscode";
import "./missingCiphers.cjs";

if (process.env["CAGE_TEST_CIPHERS"] === "desktop") {
  const cage = vscode.extensions.getExtension("padlokk.cage");
  assert.equal(
    cage?.isActive,
    false,
    "the extension was active before the ciphers were taken away",
  );
}
