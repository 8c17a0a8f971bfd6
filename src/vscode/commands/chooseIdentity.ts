import * as vscode from "vscode";

/** Choose Identity…: adds an identity file to the setting, and opens the file that needed it. */
export async function chooseIdentityCommand(uri: unknown): Promise<void> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: "Identity File",
      openLabel: "Use",
      filters: { "Identity files": ["txt", "key", "age"], "All files": ["*"] },
    })) ?? [];
  if (chosen === undefined) return;
  await addIdentityFile(chosen.fsPath);
  if (uri instanceof vscode.Uri) await vscode.commands.executeCommand("cage.openDecrypted", uri);
}

/** Adds an identity file to the setting `cage.identities`, unless it is there. */
export async function addIdentityFile(path: string): Promise<void> {
  const configuration = vscode.workspace.getConfiguration("cage");
  const configured = configuration.get<readonly string[]>("identities") ?? [];
  if (configured.includes(path)) return;
  await configuration.update(
    "identities",
    [...configured, path],
    vscode.ConfigurationTarget.Global,
  );
}
