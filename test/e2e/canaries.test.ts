import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, onTestFinished } from "vitest";
import { mountedMemory } from "../testFolder";
import { encryptWithAge, generateKey } from "./ageProgram";
import { atLength, CanaryWindow, documentName as name, minutes, release } from "./canaryWindow";
import { packDraftEditor } from "./draftEditor";

const back = /The unsaved text of secrets\.yaml from .* is back/;

atLength("canaries: typed, left, found, looked at and compared", minutes, async () => {
  const window = await CanaryWindow.editing();
  const { workbench, watch } = window;
  await workbench.typeInEditor(name, `\n${`${watch.secret()} `.repeat(15)}`);
  for (let burst = 0; burst < 3; burst++) await window.type(name, watch.secret());
  await window.control();
  await workbench.clickTab(name);
  await window.hasDraft();
  // Everything that writes by a timer has time to do so.
  await setTimeout(30_000);
  await window.type(name, watch.secret());

  await workbench.press("Control+F");
  const box = workbench.page.locator(".find-widget.visible .find-part .input").first();
  await box.fill("needle");
  await box.press("Enter");
  await workbench.page.locator(".find-widget .matchesCount", { hasText: "1 of 1" }).waitFor();
  await box.press("Escape");

  // The oldest release's server, as it is installed here, lacks the program that searches files.
  if (release === "newest") {
    await workbench.press("Control+Shift+F");
    await workbench.page.locator(".search-view").waitFor();
    await workbench.page.keyboard.type("needle");
    await workbench.press("Enter");
    await workbench.page.locator(".search-view .linematch").first().click();
    await workbench.press("Control+Shift+E");
  }
  await workbench.press("Control+P");
  await workbench.page.keyboard.type("secrets.yaml");
  await workbench.press("Enter");

  await window.encrypt("notes.md", `# ${watch.secret()}\n\n## Second\n`);
  await window.open("notes.md");
  await window.type("notes.md", `## ${watch.secret()}`);
  await workbench.press("Control+Shift+O");
  const symbols = workbench.page.locator(".quick-input-list .monaco-list-row");
  await symbols.filter({ hasText: "Second" }).click();
  await workbench.focusEditor("notes.md");
  await workbench.runCommand("Markdown: Open Preview to the Side");
  await window.hasTabs(4);
  // This makes room for comparisons with both sides.
  await workbench.page.locator(".tab", { hasText: "Preview" }).click({ button: "middle" });
  await workbench.clickTab("notes.md");
  await workbench.focusEditor("notes.md");
  await workbench.save("notes.md");

  await workbench.clickTab(name);
  await workbench.runCommand("Cage: Compare Draft with File");
  await window.closeComparison();
  await workbench.runCommand("File: Compare Active File with Saved");
  await window.closeComparison();
  await workbench.clickTab(name);
  await workbench.focusEditor(name);
  await workbench.save(name);
  await window.type(name, watch.secret());
  await window.control();

  await workbench.reload();
  await window.controlInProfile();
  window.expectNoLeak();
});

atLength("canaries: closed by every way there is", minutes, async () => {
  const window = await CanaryWindow.editing();
  const { workbench } = window;
  const closeOthers = async () => {
    // The question brings its own tab to the front.
    await workbench.clickTab("plain.txt");
    await workbench.runCommand("View: Close Other Editors in Group");
  };
  const answers: readonly (readonly [string, () => Promise<void>])[] = [
    ["Don't Save", () => workbench.closeTab(name)],
    ["Save", () => workbench.closeTab(name)],
    ["Don't Save", () => workbench.tab(name).click({ button: "middle" })],
    ["Save", () => workbench.runCommand("View: Close Editor")],
    ["Don't Save", () => closeOthers()],
    ["Save", () => workbench.runCommand("View: Close All Editors")],
    ["Don't Save", () => workbench.runCommand("View: Close All Editors in Group")],
  ];
  for (const [index, [answer, close]] of answers.entries()) {
    if (index > 0) await window.typeSecret(name);
    await window.hasDraft();
    await close();
    await workbench.clickDialog("Cancel");
    await workbench.tab(name).waitFor();
    await close();
    await workbench.clickDialog(answer);
    await workbench.tab(name).waitFor({ state: "detached" });
    if ((await workbench.tabs()).length === 0) await window.open("plain.txt", "plain.txt");
  }
  await window.typeSecret(name);
  await workbench.runCommand("View: Close Saved Editors in Group");
  await window.hasTabs(1);
  await workbench.focusEditor(name);
  await workbench.runCommand("File: Revert File");
  await expect.poll(async () => (await workbench.tabs())[0]?.dirty).toBe(false);
  await window.open("plain.txt", "plain.txt");
  await window.control();
  await window.typeSecret(name);
  await window.hasDraft();
  // The driver accepts the browser's question whether to leave.
  await workbench.page.goto("about:blank");
  await workbench.open();
  await window.typeSecret(name);
  await window.control();
  window.expectNoLeak();
});

atLength("canaries: not saved, for each reason", minutes, async ({ task, skip }) => {
  const folder = mountedMemory({ task, skip }, "size=2m");
  const versions = join(folder, "versions");
  const retention = { "cage.backup.retention": "keep_all", "cage.backup.folder": versions };
  const window = await CanaryWindow.editing({ folder, settings: retention });
  const { workbench, watch, key } = window;
  const path = join(folder, `${name}.age`);
  const list = join(folder, ".age-recipients");
  const isDirty = async () =>
    (await workbench.tabs()).some((tab) => tab.name === name && tab.dirty);
  const fails = async (message: RegExp) => {
    await workbench.clickTab(name);
    await workbench.focusEditor(name);
    await workbench.press("Control+S");
    await workbench.notification(message);
    expect(await isDirty()).toBe(true);
    await window.type(name, watch.secret());
    await workbench.runCommand("Notifications: Clear All Notifications");
  };
  // The disk is first full, then read-only.
  const ballast = join(folder, "ballast");
  const large = Buffer.alloc(4_000_000);
  await expect(writeFile(ballast, large)).rejects.toMatchObject({ code: "ENOSPC" });
  await fails(/secrets\.yaml\.age is not saved/);
  await rm(ballast);
  execFileSync("mount", ["-o", "remount,ro", folder]);
  await fails(/not saved|Failed to save/);
  execFileSync("mount", ["-o", "remount,rw", folder]);
  await writeFile(list, "nonsense\n");
  await fails(/secrets\.yaml\.age is not saved/);
  await window.control();

  // The user declines recipients; then another program writes the file.
  const bob = await generateKey(join(folder, ".."), `bob-${Date.now()}.txt`);
  onTestFinished(() => rm(bob.path));
  await writeFile(list, bob.recipient);
  await workbench.clickTab(name);
  await workbench.focusEditor(name);
  await workbench.press("Control+S");
  await workbench.dialogText();
  await workbench.clickDialog("Don't Save");
  await window.type(name, watch.secret());
  await writeFile(list, key.recipient);
  const theirs = watch.secret();
  await encryptWithAge(path, `${theirs}\n`, [key.recipient]);
  for (const answer of ["Cancel", "Compare"]) {
    await workbench.clickTab(name);
    await workbench.press("Control+S");
    expect(await workbench.dialogText()).toContain("was changed by another program");
    await workbench.clickDialog(answer);
  }
  await window.closeComparison();
  await workbench.clickTab(name);
  await window.type(name, watch.secret());
  await workbench.press("Control+S");
  await workbench.dialogText();
  await workbench.clickDialog("Overwrite");
  await expect.poll(isDirty).toBe(false);

  // The version that the other program wrote comes back.
  await workbench.runCommand("Cage: Restore Version…");
  const offered = await workbench.quickInput("Restore Version of secrets.yaml.age");
  await offered.choose("by a save");
  const original = workbench.page.locator(".monaco-diff-editor .editor.original .view-lines");
  await expect.poll(() => original.innerText()).toContain(theirs);
  await workbench.page.locator('.editor-actions a[aria-label*="Restore This Version"]').click();
  await workbench.clickDialog("Restore");
  await workbench.notification("secrets.yaml.age is as it was on");
  await window.typeSecret(name);
  await window.control();
  window.expectNoLeak();
});

atLength("canaries: locked and killed", minutes, async () => {
  const packing = await mkdtemp(join(tmpdir(), "cage-packing-"));
  onTestFinished(() => rm(packing, { recursive: true, force: true }));
  const window = await CanaryWindow.editing({ companions: [await packDraftEditor(packing)] });
  const { watch } = window;
  const draftComesBack = async () => {
    const { workbench } = window;
    const isOpen = (await workbench.tabs()).some((tab) => tab.name === name);
    if (!isOpen) await window.open(name);
    await workbench.notification(back);
    await workbench.clickTab(name);
    await window.type(name, watch.secret());
    await window.hasDraft();
  };
  await window.hasDraft();
  await window.workbench.runCommand("Cage: Lock Now");
  await window.hasTabs(1);
  await draftComesBack();
  await window.workbench.runCommand("Draft: Be Idle");
  await window.hasTabs(1);
  await window.workbench.runCommand("Draft: Be Busy");
  await draftComesBack();

  await window.workbench.killExtensionHosts();
  await window.type(name, watch.secret());
  await window.control();
  await window.workbench.clickTab(name);
  await window.hasDraft();
  await window.workbench.killServer();
  await draftComesBack();
  await window.control();
  await window.workbench.clickTab(name);
  await window.type(name, watch.secret());
  await window.hasDraft();
  window.workbench = await window.workbench.killBrowser();
  const { workbench } = window;
  // A tab that came back behind another one gets its text when it is shown.
  const isBack = (await workbench.tabs()).some((tab) => tab.name === name);
  await (isBack ? workbench.clickTab(name) : window.open(name));
  // The server keeps the killed browser's extension host, which owns the draft.
  const other = "Another window has unsaved text of secrets.yaml";
  await workbench.clickNotification(other, "Put It Here");
  await workbench.clickTab(name);
  await window.type(name, watch.secret());
  await window.control();
  window.expectNoLeak();
});
