import * as vscode from "vscode";

/** The functions of VS Code's window that show a message of a kind. */
const shownAs = {
  information: "showInformationMessage",
  warning: "showWarningMessage",
  error: "showErrorMessage",
} as const;

/**
 * Shows a message with a button that leads to the settings of a name.
 *
 * @param name - a setting, or the beginning of several.
 */
export async function offerSettings(
  kind: keyof typeof shownAs,
  message: string,
  name: string,
): Promise<void> {
  const answer = await vscode.window[shownAs[kind]](message, "Open Settings");
  if (answer !== undefined) await openSettings(name);
}

/** Opens the settings of a name. */
export async function openSettings(name: string): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.openSettings", name);
}
