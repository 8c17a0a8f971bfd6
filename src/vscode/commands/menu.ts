import * as vscode from "vscode";
import type { KeyringState } from "../../keys/keyring";

const lockNow = {
  label: "$(lock) Lock Now",
  description: "forget all keys and close what is decrypted",
  command: "cage.lockNow",
};

const openDecrypted = {
  label: "$(unlock) Open Decrypted",
  description: "open the file of this tab; unlock it if need be",
  command: "cage.openDecrypted",
};

/** What a click on the status bar item offers in any case. */
const offers = [
  {
    label: "$(sync) Re-encrypt",
    description: "write the file anew with a fresh key",
    command: "cage.reencrypt",
  },
  {
    label: "$(diff) Compare Draft with File",
    description: "show unsaved text beside the file as it is",
    command: "cage.compareDraft",
  },
  {
    label: "$(history) Restore Version…",
    description: "compare with what a save replaced, and take it back",
    command: "cage.restoreVersion",
  },
  {
    label: "$(file-code) Open Raw",
    description: "show the encrypted file as it is",
    command: "cage.openRaw",
  },
  {
    label: "$(desktop-download) Decrypt File…",
    description: "write the plaintext to the disk",
    command: "cage.decryptFile",
  },
  {
    label: "$(debug-continue) Unfinished Files…",
    description: "resume or discard what was interrupted",
    command: "cage.showUnfinished",
  },
  {
    label: "$(list-flat) Show Last Report",
    description: "what became of the files of a folder or a selection",
    command: "cage.showReport",
  },
  {
    label: "$(new-file) New Encrypted File…",
    description: "make an empty one and open it",
    command: "cage.newEncryptedFile",
  },
  {
    label: "$(person-add) Generate Identity…",
    description: "make a key of your own",
    command: "cage.generateIdentity",
  },
  {
    label: "$(key) Choose Identity…",
    description: "use another identity file",
    command: "cage.chooseIdentity",
  },
  {
    label: "$(settings) Choose Strategy…",
    description: "by Cage itself or by the age program",
    command: "cage.chooseStrategy",
  },
  {
    label: "$(pulse) Doctor",
    description: "programs, engine, keys: what works here and what to do",
    command: "cage.doctor",
  },
  {
    label: "$(output) Show Log",
    description: "what Cage did, without secrets",
    command: "cage.showLog",
  },
];

/** Shows the menu of the status bar item. */
export async function showMenu(state: KeyringState): Promise<void> {
  const first = state === "locked" ? openDecrypted : lockNow;
  const chosen = await vscode.window.showQuickPick([first, ...offers], { title: "Cage" });
  if (chosen !== undefined) await vscode.commands.executeCommand(chosen.command);
}
