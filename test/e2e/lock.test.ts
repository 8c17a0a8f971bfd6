import { join } from "node:path";
import { expect } from "vitest";
import { encryptWithAge, generateKey } from "./ageProgram";
import { scenario } from "./scenario";

scenario(
  "after a reload of the window the tab comes back and its text is right",
  async ({ folder, keys, openWorkbench }) => {
    const key = await generateKey(keys, "keys.txt");
    await encryptWithAge(join(folder, "secrets.yaml.age"), "canary: 4711\n", [key.recipient]);
    const workbench = await openWorkbench({ settings: { "cage.identities": [key.path] } });
    await workbench.clickInExplorer("secrets.yaml.age");
    await expect.poll(() => workbench.editorText("secrets.yaml")).toBe("canary: 4711\n");
    await workbench.reload();
    await expect.poll(() => workbench.editorText("secrets.yaml")).toBe("canary: 4711\n");
    await workbench.typeInEditor("secrets.yaml", "more: 1\n");
    await workbench.save("secrets.yaml");
  },
);

scenario(
  "Lock Now asks about unsaved text, and afterwards no plaintext is on the screen",
  async ({ folder, keys, openWorkbench }) => {
    const key = await generateKey(keys, "keys.txt");
    await encryptWithAge(join(folder, "secrets.yaml.age"), "canary: 4711\n", [key.recipient]);
    const workbench = await openWorkbench({ settings: { "cage.identities": [key.path] } });
    await workbench.clickInExplorer("secrets.yaml.age");
    await expect.poll(() => workbench.editorText("secrets.yaml")).toBe("canary: 4711\n");
    await workbench.typeInEditor("secrets.yaml", "more: 1\n");
    await workbench.runCommand("Cage: Lock Now");
    expect(await workbench.dialogText()).toContain("Save before locking? Unsaved: secrets.yaml.");
    await workbench.clickDialog("Save and Lock");
    await expect.poll(() => workbench.tabs()).toEqual([]);
    expect(await workbench.page.locator("body").innerText()).not.toContain("4711");
    await expect.poll(() => workbench.statusBarText("padlokk.cage.status")).toBe("Cage");
    await workbench.clickInExplorer("secrets.yaml.age");
    await expect.poll(() => workbench.editorText("secrets.yaml")).toBe("canary: 4711\nmore: 1\n");
  },
);
