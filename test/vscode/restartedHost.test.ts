import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { BundledExtension, bundleExtension } from "../workbench/extension";
import { typing } from "../workbench/typing";

describe.runIf(process.platform !== "win32")("an extension host that was started again", () => {
  let bundle: BundledExtension;
  beforeAll(async () => {
    bundle = new BundledExtension(await bundleExtension());
  });

  it("asks itself about a file that changed under unsaved text, and VS Code does not", async () => {
    const asked: string[] = [];
    const { window, uri, path, vault } = await typing(bundle, {
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
    const { window, uri, storage } = await typing(bundle, {
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

  it("has the text follow its file, although VS Code watches that no more", async () => {
    const { window, uri, path, vault } = await typing(bundle, {});
    await window.killHost();
    window.start();
    await window.wait(3000);
    window.walk(uri, -1);
    await window.wait(3000);
    await vault.write(path, "written by another program", "key");
    window.host?.fileChanged(path);
    await window.wait(3000);
    expect(window.models.get(uri)?.text).toBe("written by another program");
    expect(await window.close(uri)).toBe(true);
    await window.wait(3000);
    expect(window.host?.watchers.size).toBe(0);
    await window.killHost();
  });

  it("has a text read again that takes the place of the unsaved one, so that saves go on", async () => {
    const { window, uri, path, vault } = await typing(bundle, {});
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
