import { basename } from "node:path";
import * as vscode from "vscode";
import { readAgeFile, stanzaTypes } from "../../age/age";
import { isEncryptedName } from "../../documents/names";
import type { StrategyChoice, StrategyRequest } from "../../strategies/selectStrategy";
import { quoted } from "../foreignText";
import { settings } from "../settings";
import { placeText, strategyRows } from "../strategyRows";
import { contradiction, placeOfChoice, setStrategy } from "../strategySetting";
import { encryptedPath } from "../uris";
import type { CommandContext } from "./context";
import { fileOf } from "./target";

/** Choose Strategy…: shows what each would do with the file at hand, and sets the one that is chosen. */
export async function chooseStrategyCommand(context: CommandContext, uri: unknown): Promise<void> {
  const path = fileOf(uri);
  const about = path === null ? null : await lookInto(path, context);
  const file = path === null || about === null ? "documents with keys" : quoted(basename(path));
  const chosen = await vscode.window.showQuickPick(pickItems(context, path, about), {
    title: "Choose Strategy",
    placeHolder: `For ${placeText(placeOfChoice(path))}; what each does with ${file}${about === null ? "" : ` (${typeTexts[about.type]})`}`,
    matchOnDetail: true,
  });
  if (chosen === undefined) return;
  const place = await setStrategy(chosen.choice, path);
  if (place === null) return;
  const next = "It counts from the next time that a file is read or written.";
  void vscode.window.showInformationMessage(
    told(
      `The strategy is ${chosen.choice}, written to ${placeText(place)}.`,
      chosen.choice,
      path,
      next,
    ),
  );
}

/** Use Native: sets the strategy that needs no program, after another one failed. */
export async function useNativeCommand(uri: unknown): Promise<void> {
  const path = fileOf(uri);
  const place = await setStrategy("native", path);
  if (place === null) return;
  const text = `The strategy is native, written to ${placeText(place)}.`;
  const document = path === null ? undefined : unsavedDocument(path);
  const canOpen = path !== null && isEncryptedName(path);
  const again = document !== undefined ? ["Save Again"] : canOpen ? ["Try Again"] : [];
  const message = told(text, "native", path, "Try again what did not work.");
  // The command is done, whether or not the user takes the offer.
  void vscode.window.showInformationMessage(message, ...again).then(async (answer) => {
    if (answer === undefined || path === null) return;
    if (document !== undefined) await document.save();
    else await vscode.commands.executeCommand("cage.openDecrypted", vscode.Uri.file(path));
  });
}

interface Item extends vscode.QuickPickItem {
  readonly choice: StrategyChoice;
}

async function pickItems(
  { strategies, documentContext: { keys } }: CommandContext,
  path: string | null,
  about: AboutFile | null,
): Promise<readonly Item[]> {
  const { type, size } = about ?? { type: "keys", size: 0 };
  const inForce = settings.strategy(path ?? anyPath());
  const place = settings.strategyPlace(path ?? anyPath());
  const passphrase =
    type === "passphrase" && path !== null ? keys.keyring.passphraseFor(path) : null;
  try {
    const key = type === "passphrase" ? { kind: type, passphrase } : ({ kind: "keys" } as const);
    const request: StrategyRequest = { operation: "decrypt", key, isDocument: true, size };
    const rows = await strategyRows(request, await strategies.situation(), inForce, place);
    return rows.map(({ choice, description, detail }) => ({
      ...{ choice, description, detail },
      label: `$(${choice === inForce.strategy ? "check" : "blank"}) ${choice}`,
    }));
  } finally {
    passphrase?.fill(0);
  }
}

/** An encrypted file: what opens it, and its length in bytes. */
interface AboutFile {
  readonly type: "passphrase" | "keys";
  readonly size: number;
}

const typeTexts: Readonly<Record<AboutFile["type"], string>> = {
  passphrase: "encrypted with a passphrase",
  keys: "encrypted with keys",
};

/** What the header of a file tells; null where it is no encrypted file. */
async function lookInto(
  path: string,
  { documentContext: { disk } }: CommandContext,
): Promise<AboutFile | null> {
  try {
    // Reading a named pipe might never end.
    const facts = await disk.facts(path);
    if (facts?.kind !== "file") return null;
    const file = await readAgeFile(disk.stream(path));
    await file.close();
    const type = stanzaTypes(file.header).includes("scrypt") ? "passphrase" : "keys";
    return { type, size: facts.size };
  } catch {
    return null;
  }
}

/** A path for which the settings of the workspace count, where no file is at hand. */
function anyPath(): string {
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "/";
}

function told(text: string, choice: StrategyChoice, path: string | null, next: string): string {
  const against = contradiction(choice, path ?? anyPath());
  return `${text} ${against === "" ? next : against}`;
}

function unsavedDocument(path: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find(
    ({ uri, isDirty }) => isDirty && encryptedPath(uri) === path,
  );
}
