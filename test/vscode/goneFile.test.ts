import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { BundledExtension, bundleExtension } from "../workbench/extension";
import { typing } from "../workbench/typing";
import { Uri } from "../workbench/values";

describe.runIf(process.platform !== "win32")("a file that is gone under unsaved text", () => {
  let bundle: BundledExtension;
  beforeAll(async () => {
    bundle = new BundledExtension(await bundleExtension());
  });

  it.each<[string, (path: string) => Promise<void>]>([
    ["deleted", (path) => rm(path)],
    ["renamed", (path) => rename(path, `${path}.old`)],
  ])("by being %s: a lock sets the text aside and closes its tab", async (_, remove) => {
    const told: string[] = [];
    const { window, uri, path, vault, storage } = await typing(bundle, {
      answer: ({ message }) => void told.push(message),
    });
    await remove(path);
    window.host?.fileChanged(path);
    await window.wait(3000);
    const locking = window.command("cage.lockNow");
    await window.wait(10_000);
    await locking;
    expect(window.models.has(uri)).toBe(false);
    const drafts = await vault.drafts(join(storage, "drafts"), path);
    expect(drafts.map(({ text }) => text)).toEqual(["typed"]);
    expect(told.filter((text) => text.includes("no draft could keep"))).toEqual([]);
    await window.killHost();
  });

  it("is told of when another file is opened, with its text", async () => {
    const told: (readonly string[])[] = [];
    const { window, path, other } = await typing(bundle, {
      answer: ({ message, buttons }) => void told.push([message, ...buttons]),
    });
    const locking = window.command("cage.lockNow");
    await window.wait(10_000);
    await locking;
    await rm(path);
    await window.command("cage.openDecrypted", Uri.file(other));
    await window.wait(10_000);
    const [message = "", ...buttons] = told.find(([text]) => text?.includes("is gone")) ?? [];
    expect(message).toContain(`There is unsaved text of a.txt from `);
    expect(buttons).toEqual(["Show Text", "Discard Draft"]);
    await window.killHost();
  });
});
