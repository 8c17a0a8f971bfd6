import { readdir, readFile } from "node:fs/promises";
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
  "what was read, typed and saved is nowhere in VS Code's own folder",
  async ({ folder, keys, openWorkbench }) => {
    const key = await generateKey(keys, "keys.txt");
    const [path, secret] = [join(folder, "secrets.yaml.age"), "canary4711"];
    await encryptWithAge(path, `read: ${secret}\n`, [key.recipient]);
    const workbench = await openWorkbench({ settings: { "cage.identities": [key.path] } });
    await workbench.clickInExplorer("secrets.yaml.age");
    await expect.poll(() => workbench.editorText("secrets.yaml")).toContain(secret);
    await workbench.typeInEditor("secrets.yaml", `typed: ${secret}\n`);
    await workbench.save("secrets.yaml");
    await workbench.runCommand("Cage: Lock Now");
    await expect.poll(() => workbench.tabs()).toEqual([]);
    const identity = (await readFile(key.path, "latin1")).trim().split("\n").at(-1) ?? "";
    expect(identity).toMatch(/^AGE-SECRET-KEY-1/);
    const names = await readdir(workbench.dataFolder, { recursive: true, withFileTypes: true });
    const files = names.filter((entry) => entry.isFile());
    // The search itself works: it finds text that exists.
    const found = async (text: string): Promise<readonly string[]> => {
      const holding: string[] = [];
      for (const file of files) {
        const name = join(file.parentPath, file.name);
        if ((await readFile(name, "latin1").catch(() => "")).includes(text))
          holding.push(file.name);
      }
      return holding;
    };
    expect(await found("cage.identities")).not.toEqual([]);
    for (const text of [secret, identity]) expect(await found(text)).toEqual([]);
  },
);
