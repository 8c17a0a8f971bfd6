import * as vscode from "vscode";
import { equalInConstantTime, randomBytes } from "../../age/primitives";
import { generatedPassphrase } from "../../keys/generatedPassphrase";
import { encodePassphrase } from "../../keys/passphrase";
import { isWeak } from "../../keys/passphraseStrength";

/** A function that shows one box after another. */
type InTurn = <T>(ask: () => Thenable<T>) => Promise<T>;

type Validated = string | vscode.InputBoxValidationMessage | null;

/** Asks for a passphrase in a password box. @returns null if dismissed. */
export async function askPassphrase(
  texts: { readonly title: string; readonly prompt: string },
  validateInput: (value: string) => Validated = refuseEmpty,
): Promise<Uint8Array | null> {
  const text = await ask(texts, validateInput);
  return text === undefined ? null : encodePassphrase(text);
}

/**
 * Asks twice for a new passphrase. If it is left empty, Cage makes one and shows it once.
 *
 * @param name - the file's name, fit to be shown.
 * @returns null if dismissed.
 */
export async function askNewPassphrase(name: string, inTurn: InTurn): Promise<Uint8Array | null> {
  for (let prompt = `Choose a passphrase for ${name}`; ;) {
    const title = `New Passphrase for ${name}`;
    const box = { title, prompt: `${prompt}, or leave it empty for a generated one.` };
    const first = await inTurn(() => ask(box, warnOfWeak));
    if (first === undefined) return null;
    if (first === "") return inTurn(() => showGenerated(name));
    const second = await inTurn(() =>
      askPassphrase({
        title: `Confirm Passphrase for ${name}`,
        prompt: "Type it once more; nobody can recover a forgotten one.",
      }),
    );
    if (second === null) return null;
    const chosen = encodePassphrase(first);
    if (equalInConstantTime(chosen, second)) {
      second.fill(0);
      return chosen;
    }
    for (const typed of [chosen, second]) typed.fill(0);
    prompt = "The passphrases do not match. Choose one again";
  }
}

/**
 * Makes a passphrase and shows it until the user takes it. It is in the dialog's detail, which VS
 * Code does not log.
 */
async function showGenerated(name: string): Promise<Uint8Array | null> {
  const text = generatedPassphrase(randomBytes);
  const detail = `${text}\n\nIt will not be shown again, and nobody can recover it: write it down, or put it into a password manager.`;
  const [keep, copy, use] = ["Keep Showing", "Copy", "Use It"];
  // Enter, which ended the box before, presses the first button: it must not take or copy the
  // passphrase unseen. After a copy the user has seen it.
  let buttons = [keep, copy, use];
  for (let message = `This is a new passphrase for ${name}.`; ;) {
    const options = { modal: true, detail };
    const answer = await vscode.window.showInformationMessage(message, options, ...buttons);
    if (answer === undefined) return null;
    if (answer === use) return encodePassphrase(text);
    if (answer === keep) continue;
    await vscode.env.clipboard.writeText(text);
    message = `The new passphrase for ${name} is on the clipboard.`;
    buttons = [use, copy, keep];
  }
}

function ask(
  texts: { readonly title: string; readonly prompt: string },
  validateInput: (value: string) => Validated,
): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    ...texts,
    password: true,
    ignoreFocusOut: true,
    validateInput,
  });
}

function refuseEmpty(value: string): Validated {
  return value === "" ? "A passphrase has at least one character." : null;
}

/** Warns about a weak passphrase, which is accepted all the same. */
function warnOfWeak(value: string): Validated {
  if (value === "" || !isWeak(value)) return null;
  return {
    message: "This is weak: somebody who has the file could guess it. Use more words.",
    severity: vscode.InputBoxValidationSeverity.Warning,
  };
}
