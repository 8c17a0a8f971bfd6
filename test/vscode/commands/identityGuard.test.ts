import { symlink } from "node:fs/promises";
import { expect, it, vi } from "vitest";
import type { BatchItem } from "../../../src/documents/files/planBatch";
import {
  confirmIdentities,
  identityFilesOf,
  identityWarning,
  originalsOf,
} from "../../../src/vscode/commands/identityGuard";
import { desk, passphrase } from "../../documents/kit";
import { report } from "../report";
import { user } from "../fakeUser";

vi.mock("vscode", () => import("../fakeWindow"));

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

it("files that hold no identity are encrypted without a question, others only if that is meant", async () => {
  expect(await confirmIdentities([item("a", null)])).toBe(true);
  expect(user.shown).toEqual([]);
  user.will("Encrypt Anyway", undefined);
  expect(await confirmIdentities([item("a", null), item("k", "seen")])).toBe(true);
  expect(user.last("warning")).toMatchObject(identityWarningAs([item("k", "seen")]));
  expect(await confirmIdentities([item("k", "possible")])).toBe(false);
});

function identityWarningAs(held: readonly BatchItem[]): object {
  const { message, detail } = identityWarning(held);
  return { text: message, detail };
}

it("finds the files of identities by their real paths, encrypted ones too", async () => {
  const at = await desk();
  const [plain = ""] = at.identityFiles;
  const secret = await at.encrypted("k.age", "x".repeat(100), passphrase("words"));
  await symlink(secret, at.path("link"));
  at.identityFiles.push(at.path("link"), at.path("gone"));
  expect([...(await identityFilesOf(at.context))].sort()).toEqual([plain, secret].sort());
});

it("a file in which Cage finds identities is never trashed", async () => {
  const at = await desk();
  const secret = await at.encrypted("k.age", "x".repeat(100), passphrase("words"));
  at.identityFiles.push(secret);
  const originals = await originalsOf(at.context);
  const facts = await at.context.disk.facts(secret);
  await originals.moveToTrash(secret, {
    ...({ report: report(), startedAnew: null, readBack: "compared" } as const),
    sourceVersion: facts?.version ?? "",
  });
  expect(originals.fateOf(secret)).toBe("kept, since it holds an identity");
});
