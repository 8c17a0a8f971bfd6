import * as vscode from "vscode";
import { chosenIdentityFile } from "../../documents/chosenIdentityFile";
import { unsupportedText } from "../../documents/noMatch";
import { counted } from "../counted";
import { quoted } from "../foreignText";
import type { CommandContext } from "./context";

/**
 * Choose Identity…: adds an identity file to the setting, and opens the file that needed it. Of an
 * encrypted one it asks for the passphrase first.
 *
 * @throws AgeError for a file without an identity that Cage can use; the setting stays as it is.
 */
export async function chooseIdentityCommand(
  { documentContext }: CommandContext,
  uri: unknown,
): Promise<void> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: "Identity File",
      openLabel: "Use",
      filters: { "Identity files": ["txt", "key", "age"], "All files": ["*"] },
    })) ?? [];
  if (chosen === undefined) return;
  const { usable, unsupported } = await chosenIdentityFile(chosen.fsPath, documentContext);
  await addIdentityFile(chosen.fsPath);
  const rest = unsupported.length === 0 ? "" : ` It also holds ${unsupportedText(unsupported)}.`;
  const what = usable === 1 ? "the identity" : counted(usable, "identity", "identities");
  void vscode.window.showInformationMessage(`Added ${what} in ${quoted(chosen.fsPath)}.${rest}`);
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
