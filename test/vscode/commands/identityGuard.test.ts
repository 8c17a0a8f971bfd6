import { expect, it } from "vitest";
import type { BatchItem } from "../../../src/documents/files/planBatch";
import { identityWarning } from "../../../src/vscode/commands/identityGuard";

const item = (name: string, identity: BatchItem["identity"]): BatchItem => ({
  ...{ source: `/w/${name}`, target: `/w/${name}.age`, size: 1, taken: null, identity },
  seen: { source: `/w/${name}`, id: "1", target: `/w/${name}.age` },
});

it("the warning of identities names each, and tells what is sure", () => {
  const one = identityWarning([item("keys.txt", "seen")]);
  expect(one.message).toBe("keys.txt holds an identity. Encrypt it?");
  expect(one.detail).toMatch(/^\/w\/keys\.txt\n\n/);
  expect(one.detail).toContain("The original is kept");
  expect(identityWarning([item("k.age", "possible")]).message).toBe(
    "k.age may hold an identity, since a passphrase encrypts it. Encrypt it?",
  );
  const many = Array.from({ length: 12 }, (_, index) => item(`k${index}`, "seen"));
  expect(identityWarning(many).message).toBe("12 files hold identities, or may. Encrypt them?");
  expect(identityWarning(many).detail).toContain("/w/k9\nand 2 more\n");
});
