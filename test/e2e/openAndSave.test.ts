import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { decryptWithAge, encryptWithAge, generateKey } from "./ageProgram";
import { lacksCiphers } from "./launch";
import { scenario } from "./scenario";

const yaml = "database:\n  user: admin # the one\n  password: hunter2\n";

scenario(
  "a file of the age program opens as YAML, is saved for age, and stays as it is without a change",
  async ({ folder, keys, openWorkbench }) => {
    const path = join(folder, "secrets.yaml.age");
    const unchanged = join(folder, "unchanged.yaml.age");
    const key = await generateKey(keys, "keys.txt");
    await encryptWithAge(path, yaml, [key.recipient]);
    await encryptWithAge(unchanged, yaml, [key.recipient], "-a");
    const [before, facts] = [await readFile(unchanged), await stat(unchanged)];
    const workbench = await openWorkbench({
      // Cage does not use an engine that is missing here, whatever the setting says.
      settings: { "cage.identities": [key.path], "cage.engine": "openssl" },
    });

    await workbench.clickInExplorer("secrets.yaml.age");
    await expect.poll(() => workbench.editorText("secrets.yaml")).toBe(yaml);
    await expect.poll(() => workbench.statusBarText("status.editor.mode")).toBe("YAML");
    await expect.poll(() => workbench.editorColours("secrets.yaml")).toBeGreaterThan(2);
    expect(await workbench.tabs()).toEqual([
      expect.objectContaining({ name: "secrets.yaml", dirty: false, preview: true }),
    ]);
    await expect
      .poll(() => workbench.statusBarText("padlokk.cage.status"))
      .toMatch(lacksCiphers ? /native · wasm · [\d.]+ m?s$/ : /native · openssl · [\d.]+ m?s$/);

    await workbench.typeInEditor("secrets.yaml", "new: line\n");
    await workbench.save("secrets.yaml");
    const decrypted = new TextDecoder().decode(await decryptWithAge(path, key.path));
    expect(decrypted).toBe(`${yaml}new: line\n`);

    await workbench.doubleClickInExplorer("unchanged.yaml.age");
    await expect.poll(() => workbench.editorText("unchanged.yaml")).toBe(yaml);
    await expect
      .poll(() => workbench.tabs())
      .toMatchObject([{ name: "secrets.yaml" }, { name: "unchanged.yaml", preview: false }]);
    await workbench.typeInEditor("unchanged.yaml", "x");
    await expect.poll(async () => (await workbench.tabs())[1]?.dirty).toBe(true);
    await workbench.press("Backspace");
    await workbench.save("unchanged.yaml");
    expect(await readFile(unchanged)).toEqual(before);
    expect((await stat(unchanged)).ino).toBe(facts.ino);
  },
);
