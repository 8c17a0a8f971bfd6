import * as vscode from "vscode";
import { placeText } from "../strategyRows";
import { contradiction, setStrategy } from "../strategySetting";
import { encryptedPath } from "../uris";
import { fileOf, pathForSettings } from "./target";

/**
 * Use Native: sets the strategy that needs no program, and does again what failed with another one.
 *
 * @param again - what failed: the id of a command, or "save" for saving the document of the file.
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
  if (again === "save") await documentOf(path)?.save();
  else if (typeof again === "string") await vscode.commands.executeCommand(again, uri);
}

function documentOf(path: string | null): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find(
    ({ uri }) => path !== null && encryptedPath(uri) === path,
  );
}
