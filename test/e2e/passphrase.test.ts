import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { loadPty } from "../interop/programs";
import { decryptTyping, encryptTyping } from "./ageProgram";
import { scenario } from "./scenario";

const pty = await loadPty();
const title = "Passphrase for secrets.yaml.age";
const yaml = "canary: 4711\n";

scenario.skipIf(pty === null)(
  "a passphrase file of the age program opens after a wrong passphrase, saves, locks and asks again",
  async ({ folder, keys, openWorkbench }) => {
    if (pty === null) return;
    const path = join(folder, "secrets.yaml.age");
    await encryptTyping(pty, path, yaml, "right horse", keys);
    const before = await readFile(path);
    const workbench = await openWorkbench();

    await workbench.clickInExplorer("secrets.yaml.age");
    const first = await workbench.quickInput(title);
    expect(await first.isSecret()).toBe(true);
    await first.fill("wrong horse");
    await first.accept();
    await expect
      .poll(async () => (await workbench.quickInput(title)).message())
      .toContain("That passphrase is wrong.");
    const second = await workbench.quickInput(title);
    await second.fill("right horse");
    await second.accept();
    await expect.poll(() => workbench.editorText("secrets.yaml")).toBe(yaml);
    expect(await readFile(path)).toEqual(before);

    await workbench.typeInEditor("secrets.yaml", "new: line\n");
    await workbench.save("secrets.yaml");
    expect(await decryptTyping(pty, path, "right horse", keys)).toBe(`${yaml}new: line\n`);

    await workbench.runCommand("Cage: Lock Now");
    await expect.poll(() => workbench.tabs()).toEqual([]);
    expect(await workbench.page.locator("body").innerText()).not.toContain("4711");
    await workbench.clickInExplorer("secrets.yaml.age");
    const third = await workbench.quickInput(title);
    expect(await workbench.page.locator("body").innerText()).not.toContain("4711");

    // The prompt is dismissed: nothing opens, and the page in its place offers to unlock.
    await third.cancel();
    const page = workbench.page.frameLocator("iframe.webview").frameLocator("#active-frame");
    await expect.poll(() => page.getByRole("alert").innerText()).toContain("needs a passphrase");
    await page.getByRole("button", { name: "Unlock" }).click();
    const fourth = await workbench.quickInput(title);
    await fourth.fill("right horse");
    await fourth.accept();
    await expect.poll(() => workbench.editorText("secrets.yaml")).toBe(`${yaml}new: line\n`);
    await expect
      .poll(async () => (await workbench.tabs()).map((tab) => tab.name))
      .toEqual(["secrets.yaml"]);
  },
);

scenario.skipIf(pty === null)(
  "a passphrase file asks after a reload when the user says Unlock, and when it is reopened",
  async ({ folder, keys, openWorkbench }) => {
    if (pty === null) return;
    await encryptTyping(pty, join(folder, "secrets.yaml.age"), yaml, "right horse", keys);
    const workbench = await openWorkbench();
    await workbench.clickInExplorer("secrets.yaml.age");
    const first = await workbench.quickInput(title);
    await first.fill("right horse");
    await first.accept();
    await expect.poll(() => workbench.editorText("secrets.yaml")).toBe(yaml);
    await workbench.reload();
    const page = workbench.page.frameLocator("iframe.webview").frameLocator("#active-frame");
    await page.getByRole("button", { name: "Unlock" }).click();
    const second = await workbench.quickInput(title);
    await second.fill("right horse");
    await second.accept();
    await expect.poll(() => workbench.editorText("secrets.yaml")).toBe(yaml);
    await expect.poll(async () => (await workbench.tabs()).length).toBe(1);

    await workbench.runCommand("Cage: Lock Now");
    await expect.poll(() => workbench.tabs()).toEqual([]);
    await workbench.runCommand("View: Reopen Closed Editor");
    const third = await workbench.quickInput(title);
    await third.fill("right horse");
    await third.accept();
    await expect.poll(() => workbench.editorText("secrets.yaml")).toBe(yaml);
    await expect.poll(async () => (await workbench.tabs()).length).toBe(1);
    expect(await workbench.notifications()).toEqual([]);
  },
);
