import { basename } from "node:path";
import * as vscode from "vscode";
import { readStanzaTypes } from "../../documents/disk/ciphertext";
import type { StrategyRequest } from "../../strategies/selectStrategy";
import { doAgain, isAgain } from "../again";
import { quoted } from "../wording/foreignText";
import { chooseFrom, type Choices } from "../prompts/quickPick";
import { settings } from "../settings/settings";
import { settingPlaceText, type StrategyRow, strategyRows } from "../wording/strategyText";
import { contradiction, placeOfChoice, setStrategy } from "../settings/strategySetting";
import type { CommandContext } from "./context";
import { fileOf, pathForSettings } from "./target";

/**
 * Choose Strategy…: shows what each strategy would do with the file at hand, sets the chosen one,
 * and repeats what failed with another one.
 *
 * @param again - the action that failed; anything but an {@link Again} is ignored.
 * @returns true if the user chose one that can do the file.
 */
export async function chooseStrategyCommand(
  context: CommandContext,
  uri: unknown,
  again: unknown,
): Promise<boolean> {
  const path = fileOf(uri);
  const about = path === null ? null : await lookInto(path, context);
  const file = path === null || about === null ? "documents with keys" : quoted(basename(path));
  const opens = about === null ? "" : `Encrypted with ${typeTexts[about.type]}. `;
  const chosen = await chooseFrom(
    `Choose Strategy for ${file}`,
    `${opens}Your choice goes to ${settingPlaceText(placeOfChoice(path))}`,
    choices(context, path, about),
  );
  if (chosen === null) return false;
  const { choice, obstacle } = chosen;
  const place = await setStrategy(choice, path);
  if (place === null) return false;
  const written = `The strategy is ${choice}, written to ${settingPlaceText(place)}.`;
  const against = contradiction(choice, pathForSettings(path));
  if (against !== "") {
    void vscode.window.showWarningMessage(`${written} ${against}`);
    return false;
  }
  if (obstacle !== null) {
    const text = `${written} But it can't do ${file} here: ${quoted(obstacle, 300)}.`;
    void warnOfObstacle(text, path, again);
    return false;
  }
  const next = "It takes effect the next time a file is read or written.";
  void vscode.window.showInformationMessage(`${written} ${next}`);
  const uriOfFile = path === null ? null : vscode.Uri.file(path);
  if (uriOfFile !== null && isAgain(again)) await doAgain(again, uriOfFile);
  return true;
}

async function warnOfObstacle(text: string, path: string | null, again: unknown): Promise<void> {
  const answer = await vscode.window.showWarningMessage(text, "Choose Another…", "Doctor");
  if (answer === undefined) return;
  const command = answer === "Doctor" ? "cage.doctor" : "cage.chooseStrategy";
  const uri = path === null ? undefined : vscode.Uri.file(path);
  await vscode.commands.executeCommand(command, uri, again);
}

interface Item extends vscode.QuickPickItem, Pick<StrategyRow, "choice" | "obstacle"> {}

async function choices(
  { strategies, documentContext: { keys } }: CommandContext,
  path: string | null,
  about: AboutFile | null,
): Promise<Choices<Item>> {
  const { type, size } = about ?? { type: "keys", size: 0 };
  const inForce = settings.strategy(pathForSettings(path));
  const place = settings.strategyPlace(pathForSettings(path));
  const passphrase =
    type === "passphrase" && path !== null ? keys.keyring.passphraseFor(path) : null;
  try {
    const key = type === "passphrase" ? { kind: type, passphrase } : ({ kind: "keys" } as const);
    const request: StrategyRequest = { operation: "decrypt", key, isDocument: true, size };
    const rows = await strategyRows(request, await strategies.situation(), inForce, place);
    const items = rows.map((row) => ({
      ...row,
      label: `$(${row.choice === inForce.strategy ? "check" : "blank"}) ${row.choice}`,
    }));
    return { items, active: items.find(({ choice }) => choice === inForce.strategy) };
  } finally {
    passphrase?.fill(0);
  }
}

/** The kind of key that opens an encrypted file, and the file's length in bytes. */
interface AboutFile {
  readonly type: "passphrase" | "keys";
  readonly size: number;
}

const typeTexts: Readonly<Record<AboutFile["type"], string>> = {
  passphrase: "a passphrase",
  keys: "keys",
};

/** Reads from its header what opens an encrypted file; null if it can't be read as one. */
async function lookInto(
  path: string,
  { documentContext: { disk } }: CommandContext,
): Promise<AboutFile | null> {
  try {
    // Reading a named pipe might never end.
    const facts = await disk.facts(path);
    if (facts?.kind !== "file") return null;
    const stanzas = await readStanzaTypes(disk.stream(path));
    const type = stanzas.includes("scrypt") ? "passphrase" : "keys";
    return { type, size: facts.size };
  } catch {
    return null;
  }
}
