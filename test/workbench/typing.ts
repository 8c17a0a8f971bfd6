import { scheme } from "../../src/vscode/uris";
import { testFolder } from "../testFolder";
import type { BundledExtension } from "./bundledExtension";
import { makeOffice } from "./office";
import type { User } from "./user";
import { Uri } from "./values";
import { Workbench } from "./workbench";

/** Types into a document in a window, for longer than a draft takes. */
export async function typing(bundle: BundledExtension, answers: Partial<User>) {
  const { options, sheets, vault, storage } = await makeOffice(bundle, testFolder(), scheme);
  const [sheet, other] = sheets;
  if (sheet === undefined || other === undefined) throw new Error("there are no documents");
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
  return { window, uri, path, other: other.account.path, vault, storage };
}
