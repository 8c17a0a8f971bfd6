import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import * as vscode from "vscode";
import { collect, encrypt } from "../../age/age";
import { ScryptRecipient } from "../../age/scrypt";
import { X25519Identity } from "../../age/x25519";
import { storeIdentity } from "../../documents/files/storeIdentity";
import { refusePlaintextAt } from "../../documents/disk/encryptedNames";
import { identityFileText } from "../../keys/identityFileText";
import { withHome } from "../settings/settings";
import { quoted } from "../wording/foreignText";
import { addIdentityFile } from "./chooseIdentity";
import type { CommandContext } from "./context";

/**
 * Generate Identity…: makes an X25519 identity, stores it for the user only, and shows its
 * recipient.
 */
export async function generateIdentityCommand(context: CommandContext): Promise<void> {
  const { disk, random } = context.documentContext;
  const path = await askPath();
  if (path === null) return;
  const existing = await agreeToAppend(path);
  if (existing === null) return;
  const protection = await askProtection();
  if (protection === null) return;
  if (protection === "mode") refusePlaintextAt(path);
  const passphrase = protection === "passphrase" ? await context.prompts.newPassphrase(path) : null;
  if (protection === "passphrase" && passphrase === null) return;

  const identity = X25519Identity.generate();
  const recipient = identity.recipient.toString();
  const text = identityFileText(identity, new Date());
  identity.wipe();
  try {
    const content =
      passphrase === null
        ? text
        : await collect(encrypt([text], [new ScryptRecipient(passphrase)], "armored"));
    await storeIdentity(path, content, existing, disk, random, context.prompts);
  } finally {
    text.fill(0);
    passphrase?.fill(0);
  }
  await addIdentityFile(path);
  // The caller needs the identity, not the answer to this message.
  void tellGenerated(path, recipient);
}

async function tellGenerated(path: string, recipient: string): Promise<void> {
  const answer = await vscode.window.showInformationMessage(
    `Your new identity is in ${quoted(path)}. Keep a copy in a safe place. Others encrypt to you with ${recipient}.`,
    "Copy Recipient",
  );
  if (answer !== undefined) await vscode.env.clipboard.writeText(recipient);
}

async function askPath(): Promise<string | null> {
  const path = await vscode.window.showInputBox({
    title: "Generate Identity",
    prompt: "The file that will hold the identity. Only you will be able to read it.",
    value: join(homedir(), ".config", "age", "keys.txt"),
    ignoreFocusOut: true,
    validateInput: (value) => (isAbsolute(withHome(value)) ? null : "Type an absolute path."),
  });
  return path === undefined ? null : withHome(path);
}

async function agreeToAppend(path: string): Promise<"append" | "keep" | null> {
  const isTaken = await vscode.workspace.fs.stat(vscode.Uri.file(path)).then(
    () => true,
    () => false,
  );
  if (!isTaken) return "keep";
  const answer = await vscode.window.showWarningMessage(
    `${quoted(path)} exists already. Add the new identity to it?`,
    { modal: true, detail: "The identities in it stay as they are." },
    "Add",
  );
  return answer === undefined ? null : "append";
}

async function askProtection(): Promise<"mode" | "passphrase" | null> {
  const items = [
    {
      label: "File permissions",
      description: "files open without a question; whoever gets at the file can use it",
      protection: "mode" as const,
    },
    {
      label: "A passphrase",
      description: "asked for once until Cage is locked",
      protection: "passphrase" as const,
    },
  ];
  const title = "What protects the identity?";
  const picked = await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true });
  return picked?.protection ?? null;
}
