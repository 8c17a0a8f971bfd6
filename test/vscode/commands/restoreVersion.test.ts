import { readFile, rm, utimes, writeFile } from "node:fs/promises";
import { TabInputTextDiff, Uri } from "vscode";
import { expect, it, vi } from "vitest";
import {
  restoreComparedCommand,
  restoreVersionCommand,
} from "../../../src/vscode/commands/restoreVersion";
import { comfortableSize } from "../../../src/documents/openDocument";
import { comparisonUri } from "../../../src/vscode/editor/diskComparison";
import { documentUri } from "../../../src/vscode/uris";
import { momentText } from "../../../src/vscode/wording/versionsText";
import { alice, carol, decrypted, passphrase, text } from "../../documents/kit";
import { versionDesk } from "../../documents/versionKit";
import { enter, user, type Answer } from "../fakeUser";
import { held } from "../fakeWorkspace";
import { commandDesk, unsavedText } from "./kit";

vi.mock("vscode", () => import("../fakeWindow"));

/** A small size in the place of 50 MiB. */
vi.mock("../../../src/documents/openDocument", async (original) => ({
  ...(await original<object>()),
  comfortableSize: 100_000,
}));

/** The row of the version that holds "one". */
const longAgo = momentText(1000);

/** A file that was saved twice, whose newest kept version holds "two". */
async function saved(retention = "keep_all") {
  const at = await versionDesk(retention);
  const path = await at.encrypted("a.age", "one");
  await utimes(path, 1, 1);
  await at.save(path, "two", "three");
  return { ...(await commandDesk({ versions: at.store }, at)), path };
}

/** Runs Restore Version… on the file. */
async function restore(made: Awaited<ReturnType<typeof saved>>, ...answers: readonly Answer[]) {
  user.will(...answers);
  await restoreVersionCommand(made.context, documentUri(made.path));
  return decrypted(made.path, alice);
}

it("compares a version with the document, and puts it back once the user agrees", async () => {
  const made = await saved();
  expect(await restore(made, enter, "Restore…", "Restore")).toBe("two");
  const diff = held.ran.find(([id]) => id === "vscode.diff");
  const [, left, right] = (diff ?? []) as readonly Uri[];
  expect(right).toEqual(documentUri(made.path));
  expect(left?.scheme).toBe("cage-disk");
  expect(user.last("warning")).toMatchObject({ rows: [{ label: "Restore" }] });
  expect(user.texts("information").at(-1)).toMatch(/^a\.age is as it was on /);
  expect(made.opened.map(([one]) => one)).toEqual([made.path]);
  expect(made.logged).toEqual([expect.stringContaining(`restored ${made.path} as of`)]);
  // The version that was replaced is kept in its turn.
  expect(await made.at.store.versionsOf(made.path)).toHaveLength(3);
});

it("says that a damaged present version is lost, and restores over it", async () => {
  const made = await saved();
  await writeFile(made.path, "damaged");
  expect(await restore(made, enter, "Restore…", "Restore")).toBe("two");
  expect(user.last("warning").detail).toContain("NOT kept: it is not an age file");
  expect(await made.at.store.versionsOf(made.path)).toHaveLength(2);
});

it("closes the comparison when the version is back, and forgets it", async () => {
  const made = await saved();
  const [, newest] = await made.at.store.versionsOf(made.path);
  const uri = comparisonUri(newest?.path ?? "");
  held.tabs = [{ input: new TabInputTextDiff(uri, documentUri(made.path)), isDirty: false }];
  await restore(made, enter, "Restore…", "Restore");
  expect([held.tabs, made.context.comparedVersion.shown]).toEqual([[], null]);
});

it.each<[string, readonly Answer[]]>([
  ["the list", [undefined]],
  ["the question that says what is replaced", [enter, "Restore…", undefined]],
])("replaces nothing where %s is dismissed", async (_, answers) => {
  expect(await restore(await saved(), ...answers)).toBe("three");
});

it("replaces nothing where the offer fades; the button in the title restores it then", async () => {
  const made = await saved();
  expect(await restore(made, enter)).toBe("three");
  user.will("Restore");
  await restoreComparedCommand(made.context, documentUri(made.path));
  expect(await decrypted(made.path, alice)).toBe("two");
});

it("another version is chosen from the list again", async () => {
  const answers = [enter, "Other Version…", longAgo, "Restore…", "Restore"] as const;
  expect(await restore(await saved(), ...answers)).toBe("one");
});

it("has unsaved text saved first, and restores nothing where it is not", async () => {
  const made = await saved();
  held.texts = [unsavedText(documentUri(made.path), () => false)];
  expect(await restore(made, undefined)).toBe("three");
  expect(await restore(made, "Save")).toBe("three");
  expect(user.texts("pick")).toEqual([]);
  held.texts = [unsavedText(documentUri(made.path))];
  expect(await restore(made, "Save", enter, "Restore…", "Restore")).toBe("two");
});

it("restores nothing over a text that was edited while it asked", async () => {
  const made = await saved();
  const edit = (): void => {
    held.texts = [unsavedText(documentUri(made.path))];
  };
  const restoring = restore(made, enter, "Restore…", edit, "Restore");
  await expect(restoring).rejects.toMatchObject({ code: "changed-on-disk" });
  expect(await decrypted(made.path, alice)).toBe("three");
});

it("restores nothing over what another program wrote while it asked", async () => {
  const made = await saved();
  const write = () => made.at.encrypted("a.age", "foreign");
  const restoring = restore(made, enter, "Restore…", write, "Restore");
  await expect(restoring).rejects.toMatchObject({ code: "changed-on-disk" });
  expect(await decrypted(made.path, alice)).toBe("foreign");
});

it("brings back a file that is gone, from the list of all files, and shows it alone", async () => {
  const made = await saved();
  await rm(made.path);
  user.will("a.age", enter, "Restore…", "Restore");
  await restoreVersionCommand(made.context, undefined);
  expect(await decrypted(made.path, alice)).toBe("two");
  expect(user.texts("pick")[0]).toBe("Restore Version");
  expect(user.shown[0]?.rows[0]).toMatchObject({
    ...{ label: "$(trash) a.age", description: "2 versions · the file is gone" },
  });
  expect(held.ran.map(([id]) => id)).toContain("vscode.open");
});

it("shows a version alone where the present one can't be opened", async () => {
  const made = await saved();
  await made.at.encrypted("a.age", "for others", carol);
  user.will(enter, "Restore…", "Restore");
  await restoreVersionCommand(made.context, documentUri(made.path));
  expect(await decrypted(made.path, alice)).toBe("two");
  expect(held.ran.map(([id]) => id)).not.toContain("vscode.diff");
});

it("ends where the user declines to open the present one", async () => {
  const made = await saved();
  await made.at.encrypted("a.age", "for others", passphrase("words"));
  user.will(enter, undefined);
  const restoring = restoreVersionCommand(made.context, documentUri(made.path));
  await expect(restoring).rejects.toMatchObject({ code: "dismissed" });
  expect(user.texts("warning")).toEqual([]);
});

it("goes on without showing a version that nobody here can open", async () => {
  const made = await saved();
  made.at.identityFiles.length = 0;
  made.at.keyring.lock();
  user.will(enter);
  await restoreVersionCommand(made.context, documentUri(made.path));
  expect(user.texts("warning")).toEqual([expect.stringMatching(/^The version is not shown\. /)]);
});

it("restores a version that is too large for the editor without showing it", async () => {
  const at = await versionDesk("keep_all");
  const path = await at.encrypted("a.age", "x".repeat(comfortableSize));
  await at.save(path, "three");
  const made = { ...(await commandDesk({ versions: at.store }, at)), path };
  expect(await restore(made, enter, "Restore…", "Restore")).toHaveLength(comfortableSize);
  expect(user.texts("warning")[0]).toBe(
    "The version is not shown. It is too large to be compared.",
  );
  expect(held.ran.map(([id]) => id)).not.toContain("vscode.diff");
});

it("refuses a version that is not what its manifest says", async () => {
  const made = await saved();
  const [, newest] = await made.at.store.versionsOf(made.path);
  const content = await readFile(newest?.path ?? "");
  await writeFile(newest?.path ?? "", content.subarray(1));
  const code = "changed-on-disk";
  await expect(restore(made, enter)).rejects.toMatchObject({ code });
  expect(await decrypted(made.path, alice)).toBe("three");
});

it("without a version it says what to set, and the button of a comparison is about its file", async () => {
  const at = await versionDesk("none");
  const { context } = await commandDesk({ versions: at.store }, at);
  const path = await at.encrypted("a.age", text(alice.encode()));
  await restoreVersionCommand(context, documentUri(path));
  expect(held.ran).toEqual([]);
  user.will("Open Settings");
  // A host that was started again does not know what is compared.
  await restoreComparedCommand(context, documentUri(path));
  expect(user.texts("information")[0]).toContain("No version of a.age is kept.");
  expect(held.ran).toContainEqual(["workbench.action.openSettings", "cage.backup"]);
});
