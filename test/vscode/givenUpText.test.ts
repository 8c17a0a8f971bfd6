import { beforeAll, describe, expect, it } from "vitest";
import { scheme } from "../../src/vscode/uris";
import { testFolder } from "../testFolder";
import { BundledExtension, bundleExtension } from "../workbench/extension";
import { makeOffice } from "../workbench/office";
import { Uri } from "../workbench/values";
import { Workbench } from "../workbench/workbench";

describe.runIf(process.platform !== "win32")("a text that is given up in a save", () => {
  let bundle: BundledExtension;
  beforeAll(async () => {
    bundle = new BundledExtension(await bundleExtension());
  });

  it("makes room for the file's, though VS Code read that before a draft was put over it", async () => {
    const { options, sheets, vault } = await makeOffice(bundle, testFolder(), scheme);
    const [sheet] = sheets;
    if (sheet === undefined) throw new Error("there is no document");
    const { uri, path } = sheet.account;
    const user = {
      answer: ({ isModal }: { isModal: boolean }) => (isModal ? "Reload" : undefined),
      ...{ type: () => undefined, pick: () => undefined, close: () => "cancel" as const },
    };
    const first = new Workbench({ ...options, user });
    first.start();
    await first.command("cage.openDecrypted", Uri.file(path));
    await first.settled();
    first.edit(uri, "typed");
    await first.wait(3000);
    await first.killHost();
    await vault.write(path, "written by another program", "key");
    const second = new Workbench({ ...options, user }, first.keptWithoutTexts);
    second.start();
    await second.wait(10_000);
    expect(second.models.get(uri)).toMatchObject({ text: "typed", isDirty: true });
    const saving = second.save(uri, "user");
    await second.wait(3000);
    expect(await saving).toBe(true);
    const text = "written by another program";
    expect(second.models.get(uri)).toMatchObject({ text, isDirty: false });
    await second.killHost();
  });
});
