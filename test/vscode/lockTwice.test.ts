import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { BundledExtension, bundleExtension } from "../workbench/extension";
import { typing } from "../workbench/typing";

describe.runIf(process.platform !== "win32")("a lock while another one sets text aside", () => {
  let bundle: BundledExtension;
  beforeAll(async () => {
    bundle = new BundledExtension(await bundleExtension());
  });

  it.each([0, 1, 2, 4, 8, 16, 32])(
    "takes no draft away, %i turns after the first",
    async (turns) => {
      const { window, uri, path, vault, storage } = await typing(bundle, {});
      // A restarted extension host has the draft's key from the file, until a lock.
      await window.killHost();
      window.start();
      await window.wait(3000);
      const locks = [window.command("cage.lockNow")];
      for (let left = turns; left > 0; left--) await new Promise(setImmediate);
      locks.push(window.command("cage.lockNow"));
      await window.wait(10_000);
      await Promise.all(locks);
      expect(window.models.has(uri)).toBe(false);
      const drafts = await vault.drafts(join(storage, "drafts"), path);
      expect(drafts.map(({ text }) => text)).toEqual(["typed"]);
      expect(await vault.read(path)).toBe("first of a.txt");
      await window.killHost();
    },
  );
});
