import { basename } from "node:path";
import * as vscode from "vscode";
import { doAgain, isAgain, isStillDue } from "../again";
import { quoted } from "../wording/foreignText";
import { settingPlaceText } from "../wording/strategyText";
import { contradiction, setStrategy } from "../settings/strategySetting";
import { fileOf, pathForSettings } from "./target";

/**
 * Use Native: sets the strategy that needs no program, and repeats what failed with another one.
 *
 * @param again - the action that failed; anything but an {@link Again} is ignored.
 * @returns true if native is in force now.
 */
export async function useNativeCommand(uri: unknown, again: unknown): Promise<boolean> {
  const path = fileOf(uri);
  const file = path === null ? null : vscode.Uri.file(path);
  const isKnown = file !== null && isAgain(again);
  if (isKnown && !isStillDue(again, file)) {
    void vscode.window.showInformationMessage(
      `${quoted(basename(file.path))} is saved by now. The strategy stays as it is.`,
    );
    return false;
  }
  const place = await setStrategy("native", path);
  if (place === null) return false;
  const written = `The strategy is native now, written to ${settingPlaceText(place)}.`;
  const against = contradiction("native", pathForSettings(path));
  if (against !== "") {
    void vscode.window.showWarningMessage(`${written} ${against}`);
    return false;
  }
  void vscode.window.showInformationMessage(written);
  if (isKnown) await doAgain(again, file);
  return true;
}
