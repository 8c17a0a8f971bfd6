import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import packageJson from "../../package.json";
import { encryptWithAge, generateKey } from "./ageProgram";
import { scenario } from "./scenario";

const scheme = packageJson.contributes.resourceLabelFormatters[0]?.scheme ?? "";

scenario(
  "the path shows, and the long scheme only in VS Code's message about a failed save",
  async ({ folder, keys, openWorkbench }) => {
    const key = await generateKey(keys, "keys.txt");
    const path = join(folder, "secrets.json.age");
    await encryptWithAge(path, '{ "a": wrong }\n', [key.recipient]);
    const workbench = await openWorkbench({ settings: { "cage.identities": [key.path] } });
    const { page } = workbench;
    const shown = (): Promise<string> => page.locator("body").innerText();
    await workbench.clickInExplorer("secrets.json.age");
    await workbench.editor("secrets.json").waitFor();
    // A tab that is redrawn under the pointer shows no tooltip until the pointer moves.
    const pointedAt = async (): Promise<string> => {
      await page.mouse.move(600, 400);
      await workbench.tab("secrets.json").hover();
      const hover = page.locator(".workbench-hover-container");
      await hover.waitFor({ timeout: 3000 }).catch(() => undefined);
      return shown();
    };
    await expect.poll(pointedAt).toContain(`${path}/secrets.json`);
    const texts = [await shown()];
    await workbench.runCommand("Explorer: Focus on Open Editors View");
    await workbench.runCommand("View: Toggle Problems");
    texts.push(await shown());
    await workbench.press("Control+P");
    const row = page.locator(".quick-input-list .monaco-list-row").first();
    await expect.poll(() => row.innerText()).toContain(path);
    texts.push(await shown());
    await workbench.press("Escape");
    await writeFile(join(folder, ".age-recipients"), "nonsense\n");
    await workbench.typeInEditor("secrets.json", "x");
    await workbench.press("Control+S");
    const ours = await workbench.notification("secrets.json.age is not saved:");
    expect(scheme.length).toBeGreaterThan(255);
    for (const text of [...texts, ours]) expect(text).not.toContain(scheme.slice(0, 20));
    expect(ours).toContain(`File: ${path}`);
    // Our message hides VS Code's own, which stays among the notifications with our words.
    const own = "Failed to save 'secrets.json'";
    await expect
      .poll(() => workbench.notifications())
      .not.toContainEqual(expect.stringContaining(own));
    await workbench.runCommand("Notifications: Show Notifications");
    const center = page.locator(".notifications-center .notification-list-item-message");
    const theirs = await center.filter({ hasText: own }).first().innerText();
    expect(theirs).toContain(`Not saved: ${path}: `);
    expect(theirs).toContain("this is not a recipient");
    expect(theirs).not.toContain("FileSystemError");
  },
);
