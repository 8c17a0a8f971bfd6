import { beforeAll, describe, expect, it } from "vitest";
import { scheme } from "../../src/vscode/uris";
import { testFolder } from "../testFolder";
import { BundledExtension, bundleExtension } from "../workbench/extension";
import { makeOffice } from "../workbench/office";
import { Uri } from "../workbench/values";
import { Workbench } from "../workbench/workbench";

describe.runIf(process.platform !== "win32")("a lock that had to leave a text open", () => {
  let bundle: BundledExtension;
  beforeAll(async () => {
    bundle = new BundledExtension(await bundleExtension());
  });

  it("goes on once that text is saved, and whatever the user does with others", async () => {
    const { options, sheets, vault } = await makeOffice(bundle, testFolder(), scheme);
    const [first, second, , left] = sheets.map(({ account }) => account);
    if (first === undefined || second === undefined || left === undefined) throw new Error();
    const user = {
      ...{ answer: () => undefined, type: () => vault.passphrase, pick: () => undefined },
      close: () => "cancel" as const,
    };
    const window = new Workbench({ ...options, user });
    const open = async (path: string): Promise<void> => {
      await window.command("cage.openDecrypted", Uri.file(path));
      await window.wait(1000);
    };
    const shown = (): readonly string[] => window.tabStates.map(({ label }) => label);
    window.start();
    await open(left.path);
    window.edit(left.uri, "typed");
    await window.wait(3000);
    // The new host has no key for the file, so the lock can't set the text aside.
    await window.killHost();
    window.start();
    await window.wait(3000);
    await window.command("cage.lockNow");
    await window.wait(5000);
    await open(first.path);
    window.edit(first.uri, "also typed");
    await open(second.path);
    await open(first.path);
    await window.save(first.uri, "user");
    await window.wait(5000);
    expect(shown()).toEqual(["p.txt", "a.txt", "b.yaml"]);
    const saving = window.save(left.uri, "user");
    await window.wait(5000);
    expect(await saving).toBe(true);
    expect(await vault.read(left.path)).toBe("typed");
    expect(shown()).toEqual([]);
    await window.killHost();
  });
});
