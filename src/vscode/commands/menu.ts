import * as vscode from "vscode";

/** What a click on the status bar item offers. */
const offers = [
  {
    label: "$(lock) Lock Now",
    description: "forget all keys and close what is decrypted",
    command: "cage.lockNow",
  },
  {
    label: "$(sync) Re-encrypt",
    description: "write the file anew with a fresh key",
    command: "cage.reencrypt",
  },
  {
    label: "$(file-code) Open Raw",
    description: "show the encrypted file as it is",
    command: "cage.openRaw",
  },
  { label: "$(new-file) New Encrypted File…", description: "", command: "cage.newEncryptedFile" },
  {
    label: "$(key) Choose Identity…",
    description: "use another identity file",
    command: "cage.chooseIdentity",
  },
  {
    label: "$(output) Show Log",
    description: "what Cage did, without secrets",
    command: "cage.showLog",
  },
] as const;

/** Shows the menu of the status bar item. */
export async function showMenu(): Promise<void> {
  const chosen = await vscode.window.showQuickPick(offers, { title: "Cage" });
  if (chosen !== undefined) await vscode.commands.executeCommand(chosen.command);
}
