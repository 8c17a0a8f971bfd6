import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { decryptWithAge, encryptWithAge, generateKey } from "./ageProgram";
import { lacksCiphers } from "./launch";
import { scenario } from "./scenario";

const yaml = "database:\n  user: admin # the one\n  password: hunter2\n";

scenario(
  "a file of the age program opens by a click as YAML, and what is saved age decrypts",
  async ({ folder, keys, openWorkbench }) => {
    const path = join(folder, "secrets.yaml.age");
    const key = await generateKey(keys, "keys.txt");
    await encryptWithAge(path, yaml, [key.recipient]);
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
  },
);

scenario(
  "saving without a change leaves the file as it is, byte for byte",
  async ({ folder, keys, openWorkbench }) => {
    const path = join(folder, "secrets.yaml.age");
    const key = await generateKey(keys, "keys.txt");
    await encryptWithAge(path, yaml, [key.recipient], "-a");
    const [before, facts] = [await readFile(path), await stat(path)];
    const workbench = await openWorkbench({ settings: { "cage.identities": [key.path] } });

    await workbench.clickInExplorer("secrets.yaml.age");
    await expect.poll(() => workbench.editorText("secrets.yaml")).toBe(yaml);
    await workbench.typeInEditor("secrets.yaml", "x");
    await expect.poll(async () => (await workbench.tabs())[0]?.dirty).toBe(true);
    await workbench.press("Backspace");
    await workbench.save("secrets.yaml");
    expect(await readFile(path)).toEqual(before);
    expect((await stat(path)).ino).toBe(facts.ino);
  },
);
