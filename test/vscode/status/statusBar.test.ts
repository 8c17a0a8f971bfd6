import { beforeAll, describe, expect, it } from "vitest";
import { BundledExtension, bundleExtension } from "../../workbench/extension";
import { typing } from "../../workbench/typing";

describe.runIf(process.platform !== "win32")("the status bar", () => {
  let bundle: BundledExtension;
  beforeAll(async () => {
    bundle = new BundledExtension(await bundleExtension());
  });

  it("tells in its tooltip for whom the file is and how it is written, until a lock", async () => {
    const { window, vault } = await typing(bundle, {});
    const tooltip = () => window.statusItem?.tooltip?.value ?? "";
    const ends = vault.recipient.slice(0, 8);
    expect(tooltip()).toContain(`For 1 recipient\\: ${ends}`);
    expect(tooltip()).toContain("Binary");
    await window.command("cage.lockNow");
    await window.wait(10_000);
    expect(tooltip()).toContain("Cage is locked");
    expect(tooltip()).not.toContain(ends);
    await window.killHost();
  });
});
