import { readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { expect, it, vi } from "vitest";
import type { Encryption } from "../../../src/documents/files/encryption";
import { findUnfinished } from "../../../src/documents/files/unfinished";
import {
  offer,
  offerMany,
  showUnfinishedCommand,
} from "../../../src/vscode/commands/showUnfinished";
import { plaintextOf } from "../../age/kit";
import {
  alice,
  answering,
  bytes,
  decrypted,
  desk,
  type Desk,
  expectNames,
  nameOf,
  passphrase,
} from "../../documents/kit";
import { begun, begunElsewhere, forAlice, inProcess } from "../../documents/operations";
import { user } from "../fakeUser";
import { held } from "../fakeWorkspace";
import { commandDesk } from "./kit";

vi.mock("vscode", () => import("../fakeWindow"));

const plaintext = plaintextOf(200_000);

/** A desk on which the encryption of "a" was interrupted, in the view of another process. */
async function interrupted(facts: Partial<Encryption> = {}) {
  const at = await desk();
  const encrypt = forAlice(await at.put("a", plaintext), facts);
  await begun(at, 2, 65_536, { encrypt });
  return inAnother(at);
}

async function inAnother(at: Desk) {
  return commandDesk({}, { ...at, context: inProcess(at, 3) });
}

const records = (at: Desk) => readdir(at.context.unfinished.folder);

it("resumes what was interrupted once the user saw all that will happen", async () => {
  const { at, context } = await interrupted();
  user.will("Encrypting a", "Resume", "Go On");
  await showUnfinishedCommand(context);
  expect(await decrypted(at.path("a.age"), alice)).toBe(new TextDecoder().decode(plaintext));
  await expectNames(at.folder, "a", "a.age");
  expect(await records(at)).toEqual([]);
  const list = user.last("pick");
  expect(list.text).toBe("Encrypting a");
  const { text, detail } = user.shown.find(({ rows }) => rows[0]?.label === "Go On") ?? user.last();
  expect(text).toBe("Encrypting a: go on?");
  expect(detail).toContain(`From ${at.path("a")}\n\nto ${at.path("a.age")}`);
  expect(detail).toContain("Encrypted for age1");
  expect(user.texts("information").at(-1)).toMatch(/^a\.age is encrypted for 1 recipient/);
});

it("does nothing where a question is dismissed, and offers the same again", async () => {
  const { at, context } = await interrupted();
  user.will(undefined);
  await showUnfinishedCommand(context);
  user.will("Encrypting a", undefined);
  await showUnfinishedCommand(context);
  user.will("Encrypting a", "Resume", undefined);
  await showUnfinishedCommand(context);
  expect(await findUnfinished(context.documentContext)).toHaveLength(1);
  await expect(readFile(at.path("a.age"))).rejects.toThrow("ENOENT");
});

it("discards what is there, and the source stays", async () => {
  const { at, context } = await interrupted();
  user.will("Encrypting a", "Discard");
  await showUnfinishedCommand(context);
  await expectNames(at.folder, "a");
  expect(await records(at)).toEqual([]);
});

it("says so where nothing was interrupted", async () => {
  const { context } = await commandDesk();
  await showUnfinishedCommand(context);
  expect(user.texts()).toEqual(["No encryption or decryption was interrupted."]);
});

it("resumes a decryption, which tells that plaintext lies on the disk", async () => {
  const at = await desk();
  const source = await at.encrypted("a.age", new TextDecoder("latin1").decode(plaintext));
  const target = at.path("a");
  await begun(at, 2, 65_536, { decrypt: { source, target, existing: "keep" } });
  const { context } = await inAnother(at);
  user.will("Decrypting a.age", "Resume", "Go On");
  await showUnfinishedCommand(context);
  expect(await readFile(target, "utf8")).toBe(await decrypted(source, alice));
  expect(user.shown.some(({ detail }) => detail.includes("The plaintext will lie"))).toBe(true);
  expect(user.texts("information").at(-1)).toMatch(/^a is decrypted .* delete it when/);
});

it("trashes the original only where it was to go, and says that before", async () => {
  const trashed = { original: "trash", readBack: "compare with the source" } as const;
  const { at, context } = await interrupted(trashed);
  user.will("Encrypting a", "Resume", "Go On");
  await showUnfinishedCommand(context);
  const asked = user.shown.find(({ text }) => text.endsWith("go on?"))?.detail;
  expect(asked).toContain("The original is moved to the trash afterwards.");
  expect(held.trashed).toEqual([at.path("a")]);
  await expectNames(at.folder, "a.age");
});

it("overwrites what has the target's name by now only as the user saw it, and no link", async () => {
  const { at, context } = await interrupted();
  await writeFile(at.path("a.age"), "something");
  user.will("Encrypting a", "Resume", () => writeFile(at.path("a.age"), "other"), "Go On");
  const stale = showUnfinishedCommand(context);
  await expect(stale).rejects.toMatchObject({ code: "changed-on-disk" });
  expect(await readFile(at.path("a.age"), "utf8")).toBe("other");
  const asked = user.shown.find(({ text }) => text.endsWith("go on?"))?.detail;
  expect(asked).toContain("A file with the target's name exists by now. It will be overwritten.");
  const linked = await interrupted();
  await symlink("a", linked.at.path("a.age"));
  user.will("Encrypting a", "Resume");
  await expect(showUnfinishedCommand(linked.context)).rejects.toMatchObject({
    code: "changed-on-disk",
  });
});

it("resumes what a passphrase is for once it is typed, and keeps it for the file", async () => {
  const words = {
    recipients: [passphrase("words")],
    named: null,
    identities: [answering("words")],
  };
  const { at, context } = await interrupted(words);
  user.will("Encrypting a", "Resume", "Go On", undefined);
  const dismissed = showUnfinishedCommand(context);
  await expect(dismissed).rejects.toMatchObject({ code: "dismissed" });
  at.keyring.lock();
  user.will("Encrypting a", "Resume", "Go On", "words");
  await showUnfinishedCommand(context);
  expect(await decrypted(at.path("a.age"), "words")).toBe(new TextDecoder().decode(plaintext));
  expect(at.keyring.passphraseFor(at.path("a.age"))).toEqual(bytes("words"));
});

it("a message offers one, and several are counted and lead to the list", async () => {
  const { at, context } = await interrupted();
  const [found = expect.fail()] = await findUnfinished(context.documentContext);
  await offer(found, context);
  expect(user.texts("warning")).toEqual([
    expect.stringMatching(/^Encrypting a was interrupted \(/),
  ]);
  user.will("Discard");
  await offer(found, context);
  await expectNames(at.folder, "a");
  await offerMany(12);
  expect(held.ran).toEqual([]);
  user.will("Unfinished Files…");
  await offerMany(12);
  expect(user.texts("warning").at(-1)).toContain("12 encryptions or decryptions");
  expect(held.ran).toEqual([["cage.showUnfinished"]]);
});

it("a message asks whether a run that nobody here can look at is over", async () => {
  const made = await desk();
  await begunElsewhere(made, { host: "other", since: 1234 });
  const { at, context } = await inAnother(made);
  const [found = expect.fail()] = await findUnfinished(context.documentContext);
  user.will("Discard", undefined);
  await offer(found, context);
  expect(await records(at)).toHaveLength(1);
  user.will("Discard", "It Is Over");
  await offer(found, context);
  expect(await records(at)).toEqual([]);
  expect(user.texts("warning")[0]).toContain("was interrupted, or is still running elsewhere");
});

it("begins anew for others, whose names the record has", async () => {
  const forBob = { named: [{ text: nameOf(alice), name: "me" }] };
  const { at, context } = await interrupted(forBob);
  at.identityFiles.length = 0;
  user.will("Encrypting a", "Resume", "Go On");
  await showUnfinishedCommand(context);
  expect(await decrypted(at.path("a.age"), alice)).toBe(new TextDecoder().decode(plaintext));
});
