import * as vscode from "vscode";
import type { StrategyChoice } from "../../strategies/selectStrategy";
import type { SettingPlace } from "../wording/strategyText";
import { placeOfFolder, settings } from "./settings";
import { chooserText, settingPlaceText } from "../wording/strategyText";

/**
 * Has the files of a folder or a workspace, or all of the user's, encrypted and decrypted in
 * another way.
 *
 * @param path - a file that it is for; null for none in particular.
 * @returns whose settings hold it now; null where they could not be written, which was told.
 */
export async function setStrategy(
  strategy: StrategyChoice,
  path: string | null,
): Promise<SettingPlace | null> {
  const uri = path === null ? undefined : vscode.Uri.file(path);
  const place = placeOfChoice(path);
  try {
    await vscode.workspace
      .getConfiguration("cage", uri)
      .update("streaming.strategy", strategy, targets[place]);
    return place;
  } catch {
    // It says nothing that a user could use; mostly the file of the settings is broken or
    // read-only.
    const open = "Open Settings";
    const answer = await vscode.window.showErrorMessage(
      `The strategy is not changed: ${settingPlaceText(place)} could not be written. Fix that settings.json, or set cage.streaming.strategy by hand.`,
      open,
    );
    if (answer === open) {
      await vscode.commands.executeCommand("workbench.action.openSettings", settingName);
    }
    return null;
  }
}

/** Finds the place to write a choice for a file: the narrowest that exists and takes effect. */
export function placeOfChoice(path: string | null): SettingPlace {
  const { workspaceFolders, isTrusted } = vscode.workspace;
  if ((workspaceFolders ?? []).length === 0 || !isTrusted) return "user";
  const isOfFolder =
    path !== null && vscode.workspace.getWorkspaceFolder(vscode.Uri.file(path)) !== undefined;
  return isOfFolder ? placeOfFolder() : "workspace";
}

/** Tells in a sentence which strategy still overrides a choice; empty if the choice is in force. */
export function contradiction(strategy: StrategyChoice, path: string): string {
  const inForce = settings.strategy(path);
  if (inForce.strategy === strategy) return "";
  const place = settings.strategyPlace(path);
  return `But ${inForce.strategy} is still used, since ${chooserText(inForce, place)}.`;
}

const settingName = "cage.streaming.strategy";

const targets: Readonly<Record<SettingPlace, vscode.ConfigurationTarget>> = {
  folder: vscode.ConfigurationTarget.WorkspaceFolder,
  workspace: vscode.ConfigurationTarget.Workspace,
  user: vscode.ConfigurationTarget.Global,
};
