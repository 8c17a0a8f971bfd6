import * as vscode from "vscode";
import { placeText } from "../strategyRows";
import { contradiction, setStrategy } from "../strategySetting";
import { encryptedPath } from "../uris";
import { fileOf, pathForSettings } from "./target";

/**
 * Use Native: sets the strategy that needs no program, and does again what failed with another one.
 *
 * @param again - the command that failed; unsaved text of the file is saved in any case.
 */
export async function useNativeCommand(uri: unknown, again: unknown): Promise<void> {
  const path = fileOf(uri);
  const place = await setStrategy("native", path);
  if (place === null) return;
  const written = `The strategy is native now, written to ${placeText(place)}.`;
  const against = contradiction("native", pathForSettings(path));
  if (against !== "") {
    void vscode.window.showWarningMessage(`${written} ${against}`);
    return;
  }
  void vscode.window.showInformationMessage(written);
  const document = path === null ? undefined : unsavedDocument(path);
  if (document !== undefined) await document.save();
  else if (typeof again === "string") await vscode.commands.executeCommand(again, uri);
}

function unsavedDocument(path: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find(
    ({ uri, isDirty }) => isDirty && encryptedPath(uri) === path,
  );
}
