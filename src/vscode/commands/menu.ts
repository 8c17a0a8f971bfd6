import { basename } from "node:path";
import * as vscode from "vscode";
import { isEncryptedName } from "../../documents/disk/encryptedNames";
import type { KeyringState } from "../../keys/keyring";
import { quoted } from "../wording/foreignText";
import { fileOf } from "./target";

/** A row of the menu, which runs a command. */
export interface MenuItem {
  readonly label: string;
  readonly description: string;
  readonly command: string;
}

/** A heading of the menu, or a row. */
export type MenuRow = MenuItem | { readonly heading: string };

const openDecrypted: MenuItem = {
  label: "$(unlock) Open Decrypted",
  description: "open the file of this tab; unlock it if need be",
  command: "cage.openDecrypted",
};

const lockNow: MenuItem = {
  label: "$(lock) Lock Now",
  description: "forget this window's keys and close what is decrypted",
  command: "cage.lockNow",
};

const lockAll: MenuItem = {
  label: "$(lock) Lock All Windows",
  description: "the same in all windows of yours on this machine",
  command: "cage.lockAllWindows",
};

/** The rows for an encrypted file, whichever editor shows it. */
const forEncrypted: readonly MenuItem[] = [
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
    description: "compare an earlier version with the file, and restore it",
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
];

/** The rows for a plain file. */
const forPlain: readonly MenuItem[] = [
  {
    label: "$(lock) Encrypt File…",
    description: "write an encrypted file beside it",
    command: "cage.encryptFile",
  },
];

/** The rows for other files; each command asks which. */
const forOthers: readonly MenuItem[] = [
  {
    label: "$(new-file) New Encrypted File…",
    description: "make an empty one and open it",
    command: "cage.newEncryptedFile",
  },
  {
    label: "$(file-zip) Encrypt Folder…",
    description: "encrypt every file in a folder, each into a file beside it",
    command: "cage.encryptFolder",
  },
  {
    label: "$(folder-opened) Decrypt Folder…",
    description: "decrypt every encrypted file in a folder",
    command: "cage.decryptFolder",
  },
  {
    label: "$(debug-continue) Unfinished Files…",
    description: "resume or discard what was interrupted",
    command: "cage.showUnfinished",
  },
  {
    label: "$(list-flat) Show Last Report",
    description: "results of the last folder or selection",
    command: "cage.showReport",
  },
];

/** The rows for commands on a file while no tab shows one; each command asks which. */
const forUnopened: readonly MenuItem[] = [
  {
    label: "$(lock) Encrypt File…",
    description: "choose files to encrypt",
    command: "cage.encryptFile",
  },
  {
    label: "$(desktop-download) Decrypt File…",
    description: "choose files to decrypt to the disk",
    command: "cage.decryptFile",
  },
  {
    label: "$(diff) Compare Draft with File",
    description: "show unsaved text of files that are gone",
    command: "cage.compareDraft",
  },
  {
    label: "$(history) Restore Version…",
    description: "restore a version, also of a file that is gone",
    command: "cage.restoreVersion",
  },
];

/** The rows for Cage itself. */
const forCage: readonly MenuItem[] = [
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

/** Lists the rows for the file of the active tab, for other files, and for Cage itself. */
export function menuOf(state: KeyringState, path: string | null): readonly MenuRow[] {
  const isEncrypted = path !== null && isEncryptedName(path);
  const forFile = path === null ? [] : isEncrypted ? forEncrypted : forPlain;
  const isLocked = state === "locked";
  return [
    ...(isLocked ? [] : [lockNow, lockAll]),
    ...(isLocked && isEncrypted ? [openDecrypted] : []),
    ...(path === null ? [] : [{ heading: quoted(basename(path)) }]),
    ...forFile,
    { heading: path === null ? "Files" : "Other files" },
    ...(path === null ? forUnopened : []),
    ...forOthers,
    { heading: "Cage" },
    // Not at the top: Enter picks the first row.
    ...(isLocked ? [lockAll] : []),
    ...forCage,
  ];
}

/** Shows the menu of the status bar item. */
export async function showMenu(state: KeyringState): Promise<void> {
  const rows = menuOf(state, fileOf(undefined)).map((row) =>
    "heading" in row
      ? { label: row.heading, kind: vscode.QuickPickItemKind.Separator, command: null }
      : row,
  );
  const chosen = await vscode.window.showQuickPick(rows, { title: "Cage" });
  const command = chosen?.command ?? null;
  if (command !== null) await vscode.commands.executeCommand(command);
}
