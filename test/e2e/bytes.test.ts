import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { decryptWithAge, encryptWithAge, generateKey } from "./ageProgram";
import { scenario } from "./scenario";

const utf8 = new TextEncoder();

scenario(
  "marks, line ends, odd bytes, binary content and images keep every byte",
  async ({ folder, keys, openWorkbench }) => {
    const key = await generateKey(keys, "keys.txt");
    const pathOf = (name: string) => join(folder, `${name}.age`);
    const decrypted = (name: string) => decryptWithAge(pathOf(name), key.path);
    const windows = utf8.encode("\ufeffone\r\ntwo\r\n");
    const latin = Uint8Array.from({ length: 0x100 - 0x80 }, (_, index) => 0x80 + index);
    const binary = Uint8Array.from({ length: 4096 }, (_, index) => index % 256);
    const png = await readFile(new URL("../../media/icon.png", import.meta.url));
    await encryptWithAge(pathOf("windows.txt"), windows, [key.recipient], "-a");
    await encryptWithAge(pathOf("latin.ini"), latin, [key.recipient]);
    await encryptWithAge(pathOf("data.bin"), binary, [key.recipient]);
    await encryptWithAge(pathOf("logo.png"), png, [key.recipient]);
    const before = await readFile(pathOf("data.bin"));
    const workbench = await openWorkbench({
      settings: { "cage.identities": [key.path], "[ini]": { "files.encoding": "iso88591" } },
    });

    // A byte order mark and Windows line ends survive an edit.
    await workbench.clickInExplorer("windows.txt.age");
    await expect.poll(() => workbench.editorText("windows.txt")).toBe("one\ntwo\n");
    await workbench.typeInEditor("windows.txt", "three\n");
    await workbench.save("windows.txt");
    expect(await decrypted("windows.txt")).toEqual(utf8.encode("\ufeffone\r\ntwo\r\nthree\r\n"));
    const armored = await readFile(pathOf("windows.txt"), "latin1");
    expect(armored).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/);

    // So does every byte of a file that is not UTF-8.
    await workbench.clickInExplorer("latin.ini.age");
    await expect.poll(() => workbench.editorText("latin.ini")).toContain("\u00e9");
    await workbench.typeInEditor("latin.ini", "!");
    await workbench.save("latin.ini");
    expect(await decrypted("latin.ini")).toEqual(Uint8Array.from([...latin, 0x21]));

    // Binary content is not shown as text, and stays as it is.
    await workbench.clickInExplorer("data.bin.age");
    await workbench.page.getByText("it is either binary").waitFor();
    expect((await workbench.tabs()).at(-1)).toMatchObject({ name: "data.bin", active: true });
    expect(await readFile(pathOf("data.bin"))).toEqual(before);

    // An image shows in Cage's own viewer, from memory.
    await workbench.clickInExplorer("logo.png.age");
    const page = workbench.page.frameLocator("iframe.webview").frameLocator("#active-frame");
    const image = page.getByRole("img", { name: "logo.png" });
    await expect.poll(() => image.getAttribute("src")).toMatch(/^blob:/);
    await expect
      .poll(() => image.evaluate((shown: { naturalWidth: number }) => shown.naturalWidth))
      .toBe(128);
    expect((await workbench.tabs()).at(-1)).toMatchObject({ name: "logo.png", active: true });
    await workbench.runCommand("Cage: Lock Now");
    await expect.poll(() => workbench.tabs()).toEqual([]);
  },
);
