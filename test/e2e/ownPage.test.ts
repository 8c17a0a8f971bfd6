import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { hiddenPath } from "../../src/documents/disk/hiddenNames";
import { scenario } from "./scenario";

scenario(
  "hidden files don't show beside the user's own excludes, and Cage's page needs no network",
  async ({ folder, openWorkbench }) => {
    const hex = "0123456789abcdef01234567";
    await mkdir(join(folder, ".git"));
    for (const kind of ["cage-candidate", "cage-partial", "cage-kept"] as const) {
      await writeFile(hiddenPath(join(folder, "a.txt"), hex, kind), "");
    }
    for (const name of ["a.txt", "mine.txt", ".a.txt.cage-notes"]) {
      await writeFile(join(folder, name), "");
    }
    const workbench = await openWorkbench({ settings: { "files.exclude": { "mine.*": true } } });
    await expect.poll(() => workbench.explorerNames()).toEqual([".a.txt.cage-notes", "a.txt"]);

    const { page } = workbench;
    await workbench.press("Control+P");
    await page.locator(".quick-input-box input").fill("a.txt");
    const rows = page.locator(".quick-input-list .monaco-list-row");
    const names = async (): Promise<readonly string[]> =>
      (await rows.locator(".label-name").allInnerTexts()).sort();
    await expect.poll(names).toEqual([".a.txt.cage-notes", "a.txt"]);
    await workbench.press("Escape");

    await workbench.runCommand("Extensions: Show Installed Extensions");
    await page.locator(".extension-list-item", { hasText: "age-encrypted" }).first().click();
    const readme = page.frameLocator("iframe.webview").frameLocator("#active-frame");
    await readme.locator("pre", { hasText: "secrets.yaml.age" }).waitFor();
    expect(await readme.locator("h1 + p").innerText()).toMatch(/^Click secrets.yaml.age/);
    expect(await readme.locator("img").count()).toBe(0);
  },
);
