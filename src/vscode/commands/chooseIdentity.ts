import { basename } from "node:path";
import * as vscode from "vscode";
import { AgeError, isDeclined } from "../../age/errors";
import {
  chosenIdentityFile,
  type IdentityFileContent,
} from "../../documents/unlocking/chosenIdentityFile";
import { unsupportedText } from "../../documents/unlocking/noMatch";
import { counted } from "../wording/plural";
import { showFailure } from "../failures";
import { quoted } from "../wording/foreignText";
import type { CommandContext } from "./context";
import { openDecryptedCommand } from "./openDecrypted";
import { fileOf } from "./target";

/**
 * Choose Identity…: adds an identity file to the setting, and opens the file that needed it. It
 * first asks for the passphrase of an encrypted identity file.
 *
 * @returns the reason why the file that needed it stays closed, for its page; else null.
 * @throws AgeError for a file without an identity that Cage can use; the setting stays as it is.
 */
export async function chooseIdentityCommand(
  context: CommandContext,
  uri: unknown,
): Promise<unknown> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: "Identity File",
      openLabel: "Use",
      filters: { "Identity files": ["txt", "key", "age"], "All files": ["*"] },
    })) ?? [];
  if (chosen === undefined) return null;
  const content = await chosenIdentityFile(chosen.fsPath, context.documentContext);
  await addIdentityFile(chosen.fsPath);
  const failure = uri instanceof vscode.Uri ? await failureToOpen(uri, context) : null;
  tellChosen(chosen.fsPath, content, uri, failure);
  return failure;
}

/**
 * Opens the file that needed an identity. @returns the reason why it stays closed; null if it is
 * open.
 */
async function failureToOpen(uri: vscode.Uri, context: CommandContext): Promise<unknown> {
  const path = fileOf(uri);
  if (path === null) return null;
  try {
    await openDecryptedCommand(context, uri, []);
    return null;
  } catch (error) {
    context.log.failure("open", path, error);
    return error;
  }
}

/** Says which identities Cage added, and in the same message whether they helped. */
function tellChosen(
  path: string,
  { usable, unsupported }: IdentityFileContent,
  uri: unknown,
  failure: unknown,
): void {
  const what = usable === 1 ? "the identity" : counted(usable, "identity", "identities");
  const added = `Added ${what} in ${quoted(path)}`;
  const rest = unsupported.length === 0 ? "" : ` It also holds ${unsupportedText(unsupported)}.`;
  if (failure === null || !(uri instanceof vscode.Uri) || isDeclined(failure)) {
    void vscode.window.showInformationMessage(`${added}.${rest}`);
    return;
  }
  const name = quoted(basename(uri.path));
  if (failure instanceof AgeError && failure.code === "no-identity-match") {
    void vscode.window.showWarningMessage(`${added}, but it does not open ${name}.${rest}`);
  } else showFailure(`${added}.${rest} ${name}:`, failure, uri, "cage.openDecrypted");
}

/** Adds an identity file to the setting `cage.identities`, unless it is there already. */
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
