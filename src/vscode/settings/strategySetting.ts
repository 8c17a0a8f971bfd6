import * as vscode from "vscode";
import type { StrategyChoice } from "../../strategies/selectStrategy";
import { chooserText, type SettingPlace, settingPlaceText } from "../wording/strategyText";
import { placeOfFolder, settings } from "./settings";
import { offerSettings } from "../offerSettings";

/**
 * Sets the strategy in the settings of a folder, of the workspace or of the user.
 *
 * @param path - a file that the choice is for; null for no particular one.
 * @returns the place where it was written; null if writing failed, which a message said.
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
    // The error has no text for users; usually the settings file is broken or read-only.
    const message = `The strategy is not changed: ${settingPlaceText(place)} could not be written. Fix that settings.json, or set cage.streaming.strategy by hand.`;
    await offerSettings("error", message, settingName);
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

/** Says in a sentence which strategy still overrides a choice; "" if the choice is in force. */
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
