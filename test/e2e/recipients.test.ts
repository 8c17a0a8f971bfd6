import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { decryptWithAge, encryptWithAge, generateKey } from "./ageProgram";
import { scenario } from "./scenario";
import type { Workbench } from "./workbench";

const name = "team.env";

/** Waits for the end of a save that was declined: VS Code ignores a key that comes before it. */
async function isToldNotSaved({ page }: Workbench): Promise<void> {
  await page.locator(".part.statusbar").getByText("Not saved: team.env.age").waitFor();
}

scenario(
  "a recipients file that drops somebody makes the save ask, naming who",
  async ({ folder, keys, openWorkbench }) => {
    const path = join(folder, "team.env.age");
    const list = join(folder, ".age-recipients");
    const alice = await generateKey(keys, "alice.txt");
    const bob = await generateKey(keys, "bob.txt");
    const both = `# Alice\n${alice.recipient}\n# Bob\n${bob.recipient}\n`;
    await writeFile(list, both);
    await encryptWithAge(path, "A=1\n", [alice.recipient, bob.recipient]);
    const before = await readFile(path);
    const workbench = await openWorkbench({ settings: { "cage.identities": [alice.path] } });
    await workbench.clickInExplorer("team.env.age");
    await expect.poll(() => workbench.editorText(name)).toBe("A=1\n");
    await workbench.typeInEditor(name, "B=2\n");

    await writeFile(list, `# Alice\n${alice.recipient}\n`);
    await workbench.press("Control+S");
    const question = await workbench.dialogText();
    expect(question).toContain("Loses access: age1");
    expect(question).toContain(`(from ${list})`);
    const buttons = workbench.page.locator(".monaco-dialog-box .dialog-buttons .monaco-button");
    // The platform decides their order. One of them leads out, and Enter does no harm.
    expect((await buttons.allInnerTexts()).sort()).toEqual([
      ...["Don't Save", "Keep Current Recipients", "Open the List", "Save for These"],
    ]);
    expect(await workbench.page.locator(":focus").innerText()).toBe("Open the List");
    await workbench.clickDialog("Don't Save");
    await isToldNotSaved(workbench);
    expect(await readFile(path)).toEqual(before);
    expect((await workbench.tabs())[0]).toMatchObject({ name, dirty: true });

    // If their number is the same, Cage can't know who the earlier ones were. It says so, once.
    await writeFile(list, both);
    await workbench.press("Control+S");
    expect(await workbench.dialogText()).toContain("an age file does not say who they are");
    await workbench.clickDialog("Save for These");
    for (const key of [alice, bob]) {
      await expect
        .poll(async () => new TextDecoder().decode(await decryptWithAge(path, key.path)))
        .toBe("A=1\nB=2\n");
    }
    await workbench.typeInEditor(name, "C=3\n");
    await workbench.save(name);
    expect(new TextDecoder().decode(await decryptWithAge(path, bob.path))).toContain("C=3");
  },
);

scenario(
  "a file for more people than are known says how many would lose it",
  async ({ folder, keys, openWorkbench }) => {
    const path = join(folder, "team.env.age");
    const alice = await generateKey(keys, "alice.txt");
    const bob = await generateKey(keys, "bob.txt");
    await encryptWithAge(path, "A=1\n", [alice.recipient, bob.recipient]);
    const before = await readFile(path);
    const workbench = await openWorkbench({ settings: { "cage.identities": [alice.path] } });
    await workbench.clickInExplorer("team.env.age");
    await expect.poll(() => workbench.editorText(name)).toBe("A=1\n");
    await workbench.typeInEditor(name, "B=2\n");
    await workbench.press("Control+S");
    expect(await workbench.dialogText()).toContain("1 recipient would lose access.");
    await workbench.clickDialog("Don't Save");
    expect(await readFile(path)).toEqual(before);
    // The user has just declined the save himself, so no error is shown.
    await isToldNotSaved(workbench);
    expect(await workbench.notifications()).toEqual([]);
  },
);

scenario(
  "a recipients file with a bad line stops the save and names file and line",
  async ({ folder, keys, openWorkbench }) => {
    const path = join(folder, "team.env.age");
    const list = join(folder, ".age-recipients");
    const alice = await generateKey(keys, "alice.txt");
    await writeFile(list, `${alice.recipient}\nage1nonsense\n`);
    await encryptWithAge(path, "A=1\n", [alice.recipient]);
    const before = await readFile(path);
    const workbench = await openWorkbench({ settings: { "cage.identities": [alice.path] } });
    await workbench.clickInExplorer("team.env.age");
    await expect.poll(() => workbench.editorText(name)).toBe("A=1\n");
    await workbench.typeInEditor(name, "B=2\n");
    await workbench.press("Control+S");
    expect(await workbench.notification(".age-recipients")).toContain("line 2");
    expect(await readFile(path)).toEqual(before);
    expect(await workbench.editorText(name)).toBe("A=1\nB=2\n");
  },
);
