import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { encryptWithAge, generateKey } from "./ageProgram";
import { scenario } from "./scenario";
import type { Workbench } from "./workbench";

/** Reads the alert on a page in place of a document, as a screen reader does. */
function alertText(workbench: Workbench): Promise<string> {
  const page = workbench.page.frameLocator("iframe.webview").frameLocator("#active-frame");
  return page.getByRole("alert").innerText();
}

scenario(
  "files that cannot be opened say why, each in its own words, and offer what to do",
  async ({ folder, keys, openWorkbench }) => {
    const mine = await generateKey(keys, "mine.txt");
    const other = await generateKey(keys, "other.txt");
    // It is armored: whether VS Code takes a binary file for text depends on its random bytes.
    await encryptWithAge(join(folder, "e.yaml.age"), "a: 1\n", [other.recipient], "-a");
    await encryptWithAge(join(folder, "whole.yaml.age"), "a: 1\n", [mine.recipient]);
    const whole = await readFile(join(folder, "whole.yaml.age"));
    await writeFile(join(folder, "a.yaml.age"), "a: 1\n");
    await writeFile(join(folder, "b.yaml.age"), "age-encryption.org/v9\n-> X\n");
    await writeFile(join(folder, "c.yaml.age"), whole.subarray(0, -3));
    await writeFile(
      join(folder, "d.yaml.age"),
      "-----BEGIN AGE ENCRYPTED FILE-----\nnot base64!\n-----END AGE ENCRYPTED FILE-----\n",
    );
    const cases = [
      ["a.yaml.age", /not an age file/i],
      ["b.yaml.age", /version/i],
      ["c.yaml.age", /damaged or cut off/i],
      ["d.yaml.age", /armor/i],
      ["e.yaml.age", /none of your identities can open it; it is encrypted to 1 X25519 recipient/i],
    ] as const;
    const workbench = await openWorkbench({ settings: { "cage.identities": [mine.path] } });
    for (const [name, text] of cases) {
      await workbench.clickInExplorer(name);
      await expect.poll(() => alertText(workbench).catch(() => "")).toMatch(text);
      expect((await workbench.tabs()).map((tab) => tab.name)).toEqual([name]);
    }
    const page = workbench.page.frameLocator("iframe.webview").frameLocator("#active-frame");
    await page.getByRole("button", { name: "Open Raw" }).click();
    await expect
      .poll(() => workbench.editorText("e.yaml.age"))
      .toContain("BEGIN AGE ENCRYPTED FILE");
  },
);

scenario(
  "identity files that cannot be used are named, with what is wrong with each",
  async ({ folder, keys, openWorkbench }) => {
    const mine = await generateKey(keys, "mine.txt");
    const other = await generateKey(keys, "other.txt");
    await chmod(mine.path, 0o644);
    const swapped = join(keys, "swapped.txt");
    await writeFile(swapped, `${other.recipient}\n`);
    await encryptWithAge(join(folder, "a.yaml.age"), "a: 1\n", [other.recipient]);
    const identities = [mine.path, join(keys, "missing.txt"), swapped];
    const workbench = await openWorkbench({ settings: { "cage.identities": identities } });
    await workbench.clickInExplorer("a.yaml.age");
    await expect
      .poll(() => alertText(workbench).catch(() => ""))
      .toMatch(/none of your identities can open it/i);
    const text = await alertText(workbench);
    expect(text).toMatch(/missing\.txt/);
    expect(text).toMatch(/swapped\.txt, line 1: .*recipient/);
    await workbench.notification(`${mine.path} is open to other users`);
  },
);
