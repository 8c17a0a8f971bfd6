import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { scheme } from "../../src/vscode/uris";
import { testFolder } from "../testFolder";
import { BundledExtension, bundleExtension } from "../workbench/extension";
import { makeOffice } from "../workbench/office";
import { Uri } from "../workbench/values";
import { Workbench } from "../workbench/workbench";

describe.runIf(process.platform !== "win32")("an extension host that was started again", () => {
  let bundle: BundledExtension;
  beforeAll(async () => {
    bundle = new BundledExtension(await bundleExtension());
  });

  it("asks itself about a file that changed under unsaved text, and VS Code does not", async () => {
    const { options, sheets, vault } = await makeOffice(bundle, testFolder(), scheme);
    const [sheet] = sheets;
    if (sheet === undefined) throw new Error("there is no document");
    const { uri, path } = sheet.account;
    const asked: string[] = [];
    const user = {
      answer: ({ message, isModal }: { message: string; isModal: boolean }) => {
        if (isModal) asked.push(message);
        return isModal ? "Overwrite" : undefined;
      },
      ...{ type: () => undefined, pick: () => undefined, close: () => "cancel" as const },
    };
    const window = new Workbench({ ...options, user });
    window.start();
    await window.command("cage.openDecrypted", Uri.file(path));
    await window.settled();
    window.edit(uri, "typed");
    await window.wait(3000);
    await window.killHost();
    await vault.write(path, "written by another program", "key");
    window.start();
    await window.wait(3000);
    const saving = window.save(uri, "user");
    await window.wait(3000);
    expect(await saving).toBe(true);
    expect(asked).toEqual(["a.txt.age was changed by another program since you opened it."]);
    expect(await vault.read(path)).toBe("typed");
    await window.killHost();
  });

  it("goes on with the draft of the one before it, and Don't Save gives that up", async () => {
    const { options, sheets, storage } = await makeOffice(bundle, testFolder(), scheme);
    const [sheet] = sheets;
    if (sheet === undefined) throw new Error("there is no document");
    const { uri, path } = sheet.account;
    const told: string[] = [];
    const user = {
      answer: ({ message }: { message: string }) => void told.push(message),
      ...{ type: () => undefined, pick: () => undefined, close: () => "don't save" as const },
    };
    const drafts = () => readdir(join(storage, "drafts"));
    const window = new Workbench({ ...options, user });
    window.start();
    await window.command("cage.openDecrypted", Uri.file(path));
    await window.settled();
    window.edit(uri, "typed");
    await window.wait(3000);
    const before = await drafts();
    expect(before).toHaveLength(1);
    await window.killHost();
    window.edit(uri, "typed on");
    window.start();
    await window.wait(10_000);
    expect(await drafts()).toEqual(before);
    expect(told).toEqual([]);
    expect(await window.close(uri)).toBe(true);
    await window.wait(3000);
    expect(await drafts()).toEqual([]);
    await window.killHost();
  });

  it("has a text read again that takes the place of the unsaved one, so that saves go on", async () => {
    const { options, sheets, vault } = await makeOffice(bundle, testFolder(), scheme);
    const [sheet] = sheets;
    if (sheet === undefined) throw new Error("there is no document");
    const { uri, path } = sheet.account;
    const user = {
      ...{ answer: () => undefined, type: () => undefined, pick: () => undefined },
      close: () => "cancel" as const,
    };
    const window = new Workbench({ ...options, user });
    window.start();
    await window.command("cage.openDecrypted", Uri.file(path));
    await window.settled();
    window.edit(uri, "typed");
    await window.wait(3000);
    await window.killHost();
    await vault.write(path, "written by another program", "key");
    window.start();
    await window.wait(3000);
    await window.revert(uri);
    await window.wait(3000);
    window.edit(uri, "typed again");
    const saving = window.save(uri, "user");
    await window.wait(3000);
    expect(await saving).toBe(true);
    expect(await vault.read(path)).toBe("typed again");
    await window.killHost();
  });
});
