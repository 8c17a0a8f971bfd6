import { strict as assert } from "node:assert";
import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import * as vscode from "vscode";
import { oldScheme, scheme } from "../../src/vscode/uris";
import { encrypted, useIdentity } from "./kit";
import type { Suite } from "./runner";

const { commands, window } = vscode;

export const suite: Suite = {
  "a tab of an earlier version is replaced where it stands": async ({ folder, onEnd }) => {
    const identity = await useIdentity();
    onEnd(() => commands.executeCommand("workbench.action.closeAllEditors"));
    const document = await encrypted(join(folder, "a.yaml.age"), "a: 1\n", identity);
    // Until the next lock, files that the user has opened can be read in the background.
    await commands.executeCommand(
      "cage.openDecrypted",
      vscode.Uri.file(join(folder, "a.yaml.age")),
    );
    await commands.executeCommand("workbench.action.closeAllEditors");
    const keep = { preview: false };
    for (const name of ["first.txt", "last.txt", "first.txt"]) {
      await writeFile(join(folder, name), "");
      const uri = vscode.Uri.file(join(folder, name));
      await commands.executeCommand("vscode.openWith", uri, "default", keep);
    }
    const old = document.with({ scheme: oldScheme });
    await Promise.resolve(commands.executeCommand("vscode.openWith", old, "default", keep)).catch(
      () => undefined,
    );
    const tabs = (): readonly string[] =>
      window.tabGroups.all
        .flatMap((group) => group.tabs)
        .map(({ input }) => (input instanceof vscode.TabInputText ? input.uri : null))
        .map((uri) => (uri === null ? "" : `${schemeName(uri)} ${basename(uri.path)}`));
    const wanted = ["file first.txt", "new a.yaml", "file last.txt"];
    await becomes(() => JSON.stringify(tabs()) === JSON.stringify(wanted));
    const text = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === scheme);
    assert.equal(text?.getText(), "a: 1\n");
  },
};

function schemeName(uri: vscode.Uri): string {
  return uri.scheme === scheme ? "new" : uri.scheme;
}

async function becomes(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    assert.ok(tries < 400, "it did not become so");
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
