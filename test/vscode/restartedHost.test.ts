import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { scheme } from "../../src/vscode/uris";
import { testFolder } from "../testFolder";
import { BundledExtension, bundleExtension } from "../workbench/extension";
import { makeOffice } from "../workbench/office";
import type { User } from "../workbench/user";
import { Uri } from "../workbench/values";
import { Workbench } from "../workbench/workbench";

describe.runIf(process.platform !== "win32")("an extension host that was started again", () => {
  let bundle: BundledExtension;
  beforeAll(async () => {
    bundle = new BundledExtension(await bundleExtension());
  });

  /** A window in which a document was typed into, for longer than a draft takes. */
  async function typing(answers: Partial<User>) {
    const { options, sheets, vault, storage } = await makeOffice(bundle, testFolder(), scheme);
    const [sheet] = sheets;
    if (sheet === undefined) throw new Error("there is no document");
    const { uri, path } = sheet.account;
    const silent: User = {
      ...{ answer: () => undefined, type: () => undefined, pick: () => undefined },
      close: () => "cancel",
    };
    const window = new Workbench({ ...options, user: { ...silent, ...answers } });
    window.start();
    await window.command("cage.openDecrypted", Uri.file(path));
    await window.settled();
    window.edit(uri, "typed");
    await window.wait(3000);
    return { window, uri, path, vault, storage };
  }

  it("asks itself about a file that changed under unsaved text, and VS Code does not", async () => {
    const asked: string[] = [];
    const { window, uri, path, vault } = await typing({
      answer: ({ message, isModal }) => {
        if (isModal) asked.push(message);
        return isModal ? "Overwrite" : undefined;
      },
    });
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
    const told: string[] = [];
    const { window, uri, storage } = await typing({
      answer: ({ message }) => void told.push(message),
      close: () => "don't save",
    });
    const drafts = () => readdir(join(storage, "drafts"));
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
    const { window, uri, path, vault } = await typing({});
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
