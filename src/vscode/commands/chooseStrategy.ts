import { basename } from "node:path";
import * as vscode from "vscode";
import { readAgeFile, stanzaTypes } from "../../age/age";
import type { StrategyRequest } from "../../strategies/selectStrategy";
import { quoted } from "../foreignText";
import { chooseFrom, type Choices } from "../listOfChoices";
import { settings } from "../settings";
import { placeText, type StrategyRow, strategyRows } from "../strategyRows";
import { contradiction, placeOfChoice, setStrategy } from "../strategySetting";
import type { CommandContext } from "./context";
import { fileOf, pathForSettings } from "./target";

/** Choose Strategy…: shows what each would do with the file at hand, and sets the one that is chosen. */
export async function chooseStrategyCommand(context: CommandContext, uri: unknown): Promise<void> {
  const path = fileOf(uri);
  const about = path === null ? null : await lookInto(path, context);
  const file = path === null || about === null ? "documents with keys" : quoted(basename(path));
  const opens = about === null ? "" : `Encrypted with ${typeTexts[about.type]}. `;
  const chosen = await chooseFrom(
    `Choose Strategy for ${file}`,
    `${opens}Your choice goes to ${placeText(placeOfChoice(path))}`,
    choices(context, path, about),
  );
  if (chosen === null) return;
  const { choice, obstacle } = chosen;
  const place = await setStrategy(choice, path);
  if (place === null) return;
  const written = `The strategy is ${choice}, written to ${placeText(place)}.`;
  const against = contradiction(choice, pathForSettings(path));
  if (against !== "") {
    void vscode.window.showWarningMessage(`${written} ${against}`);
  } else if (obstacle !== null) {
    void warnOfObstacle(`${written} But it can't do ${file} here: ${quoted(obstacle, 300)}.`);
  } else {
    const next = "It counts from the next time that a file is read or written.";
    void vscode.window.showInformationMessage(`${written} ${next}`);
  }
}

async function warnOfObstacle(text: string): Promise<void> {
  const answer = await vscode.window.showWarningMessage(text, "Choose Another…", "Doctor");
  if (answer === undefined) return;
  const command = answer === "Doctor" ? "cage.doctor" : "cage.chooseStrategy";
  await vscode.commands.executeCommand(command);
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

/** An encrypted file: what opens it, and its length in bytes. */
interface AboutFile {
  readonly type: "passphrase" | "keys";
  readonly size: number;
}

const typeTexts: Readonly<Record<AboutFile["type"], string>> = {
  passphrase: "a passphrase",
  keys: "keys",
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
