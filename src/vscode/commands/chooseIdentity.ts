import * as vscode from "vscode";
import { parseIdentityFile } from "../../keys/identityFile";
import { quoted } from "../foreignText";
import type { CommandContext } from "./context";

/**
 * Choose Identity…: adds an identity file to the setting, and opens the file that needed it.
 *
 * @throws AgeError for a file that holds no identity; the setting stays as it is.
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
  const content = await documentContext.disk.read(chosen.fsPath);
  try {
    const parsed = await parseIdentityFile(content, chosen.fsPath);
    if (parsed.kind === "plain") for (const identity of parsed.identities) identity.wipe();
  } finally {
    content.fill(0);
  }
  await addIdentityFile(chosen.fsPath);
  void vscode.window.showInformationMessage(
    `Cage uses the identity file ${quoted(chosen.fsPath)} from now on.`,
  );
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
