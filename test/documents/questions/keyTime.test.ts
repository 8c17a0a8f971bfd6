import { readFile } from "node:fs/promises";
import { beforeEach, expect, it, vi } from "vitest";
import { decryptFile } from "../../../src/documents/files/decryptFile";
import { openDocument } from "../../../src/documents/openDocument";
import { lookUp } from "../../../src/documents/files/openSource";
import { ageFile, alice, desk, passphrase, text } from "../kit";

/** A clock that moves when the user types, and when scrypt runs. */
const clock = vi.hoisted(() => ({ now: 0 }));

const second = 1000;

vi.mock("../../../src/age/primitives", async (original) => {
  const real = await original<typeof import("../../../src/age/primitives")>();
  return {
    ...real,
    scrypt: (...of: Parameters<typeof real.scrypt>) => {
      clock.now += 2 * second;
      return real.scrypt(...of);
    },
  };
});

beforeEach(() => {
  vi.spyOn(performance, "now").mockImplementation(() => clock.now);
});

async function typingDesk() {
  const at = await desk({ identities: [] });
  at.prompts.meanwhile = () => {
    clock.now += 60 * second;
  };
  return at;
}

it("the time of a passphrase file has the passphrase's in it, and not that of typing it", async () => {
  const at = await typingDesk();
  const path = await at.encrypted("a.age", "text", passphrase("right"));
  at.prompts.passphrases = ["wrong", "right"];
  const { report } = await openDocument(path, "ask", at.context);
  expect(report.seconds).toBe(2);
  // The key comes from memory, but the report gives the same time.
  expect((await openDocument(path, "ask", at.context)).report.seconds).toBe(2);
});

it("so has that of a file which is decrypted to the disk", async () => {
  const at = await typingDesk();
  const source = await at.encrypted("a.age", "text", passphrase("right"));
  at.prompts.passphrases = ["right"];
  const target = at.path("a");
  const seen = { ...(await lookUp({ source, target }, at.context.disk)), target };
  const files = { source, target, seen, existing: "keep" } as const;
  const { report } = await decryptFile(files, at.context, () => undefined);
  expect(report.seconds).toBe(2);
  expect(await readFile(target, "utf8")).toBe("text");
});

it("so has that of the first file of an identity with a passphrase", async () => {
  const at = await typingDesk();
  const keys = await at.put("keys.age", await ageFile(text(alice.encode()), passphrase("right")));
  at.identityFiles.push(keys);
  const path = await at.encrypted("a.age", "text", alice);
  at.prompts.passphrases = ["right"];
  expect((await openDocument(path, "ask", at.context)).report.seconds).toBe(2);
  expect((await openDocument(path, "ask", at.context)).report.seconds).toBe(0);
});
