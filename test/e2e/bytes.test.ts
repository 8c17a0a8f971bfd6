import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { decryptWithAge, encryptWithAge, generateKey } from "./ageProgram";
import { scenario } from "./scenario";

scenario(
  "a byte order mark and Windows line ends survive an edit",
  async ({ folder, keys, openWorkbench }) => {
    const path = join(folder, "notes.txt.age");
    const key = await generateKey(keys, "keys.txt");
    const bytes = new TextEncoder().encode("\ufeffone\r\ntwo\r\n");
    await encryptWithAge(path, bytes, [key.recipient], "-a");
    const workbench = await openWorkbench({ settings: { "cage.identities": [key.path] } });
    await workbench.clickInExplorer("notes.txt.age");
    await expect.poll(() => workbench.editorText("notes.txt")).toBe("one\ntwo\n");
    await workbench.typeInEditor("notes.txt", "three\n");
    await workbench.save("notes.txt");
    expect(await decryptWithAge(path, key.path)).toEqual(
      new TextEncoder().encode("\ufeffone\r\ntwo\r\nthree\r\n"),
    );
    expect(await readFile(path, "latin1")).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/);
  },
);

scenario(
  "every byte of a file that is not UTF-8 survives an edit",
  async ({ folder, keys, openWorkbench }) => {
    const path = join(folder, "latin.txt.age");
    const key = await generateKey(keys, "keys.txt");
    const bytes = Uint8Array.from({ length: 0x100 - 0x80 }, (_, index) => 0x80 + index);
    await encryptWithAge(path, bytes, [key.recipient]);
    const workbench = await openWorkbench({
      settings: { "cage.identities": [key.path], "files.encoding": "iso88591" },
    });
    await workbench.clickInExplorer("latin.txt.age");
    await expect.poll(() => workbench.editorText("latin.txt")).toContain("\u00e9");
    await workbench.typeInEditor("latin.txt", "!");
    await workbench.save("latin.txt");
    expect(await decryptWithAge(path, key.path)).toEqual(Uint8Array.from([...bytes, 0x21]));
  },
);

scenario(
  "binary content is not shown as text, and stays as it is",
  async ({ folder, keys, openWorkbench }) => {
    const path = join(folder, "data.bin.age");
    const key = await generateKey(keys, "keys.txt");
    const bytes = Uint8Array.from({ length: 4096 }, (_, index) => index % 256);
    await encryptWithAge(path, bytes, [key.recipient]);
    const before = await readFile(path);
    const workbench = await openWorkbench({ settings: { "cage.identities": [key.path] } });
    await workbench.clickInExplorer("data.bin.age");
    await workbench.page.getByText("it is either binary").waitFor();
    expect((await workbench.tabs()).map((tab) => tab.name)).toEqual(["data.bin"]);
    expect(await readFile(path)).toEqual(before);
  },
);

scenario(
  "an image shows in Cage's own viewer, from memory",
  async ({ folder, keys, openWorkbench }) => {
    const key = await generateKey(keys, "keys.txt");
    const png = await readFile(new URL("../../media/icon.png", import.meta.url));
    await encryptWithAge(join(folder, "logo.png.age"), png, [key.recipient]);
    const workbench = await openWorkbench({ settings: { "cage.identities": [key.path] } });
    await workbench.clickInExplorer("logo.png.age");
    const page = workbench.page.frameLocator("iframe.webview").frameLocator("#active-frame");
    const image = page.getByRole("img", { name: "logo.png" });
    await expect.poll(() => image.getAttribute("src")).toMatch(/^blob:/);
    await expect
      .poll(() => image.evaluate((shown: { naturalWidth: number }) => shown.naturalWidth))
      .toBe(128);
    expect((await workbench.tabs()).map((tab) => tab.name)).toEqual(["logo.png"]);
    await workbench.runCommand("Cage: Lock Now");
    await expect.poll(() => workbench.tabs()).toEqual([]);
  },
);
