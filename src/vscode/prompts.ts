import { basename } from "node:path";
import * as vscode from "vscode";
import { AgeError } from "../age/errors";
import type { NamedRecipient } from "../documents/memory";
import type {
  PassphraseRequest,
  Prompts,
  RecipientsAnswer,
  RecipientsQuestion,
} from "../documents/prompts";
import { encodePassphrase } from "../keys/passphrase";
import { counted } from "./counted";
import { showFailure } from "./errors";
import { quoted, quotedRecipient } from "./foreignText";
import type { Log } from "./log";

/** Asks the user, in VS Code's own dialogs. */
export class VscodePrompts implements Prompts {
  private readonly told = new Set<string>();
  /** Only one input box shows at a time, and another one would dismiss it: they wait for each other. */
  private last: Promise<unknown> = Promise.resolve();

  /** @param compare - shows the edited text of a file beside what is on the disk. */
  constructor(
    private readonly compare: (path: string) => Promise<void>,
    private readonly log: Log,
  ) {}

  async passphrase({ path, purpose, attempt }: PassphraseRequest): Promise<Uint8Array | null> {
    const name = quoted(basename(path));
    const what = purpose === "open a file" ? name : `the identity file ${quoted(path)}`;
    return this.inTurn(() =>
      askPassphrase({
        title: `Passphrase for ${name}`,
        prompt:
          attempt === "first"
            ? `Type the passphrase of ${what}.`
            : `That passphrase is wrong. Type the passphrase of ${what} again.`,
      }),
    );
  }

  /** Asks for the passphrase of new files, twice. Null when dismissed. */
  async newPassphrase(what: string): Promise<Uint8Array | null> {
    const name = quoted(what);
    for (let prompt = `Choose a passphrase for ${name}.`; ;) {
      const title = `New Passphrase for ${name}`;
      const first = await this.inTurn(() => askPassphrase({ title, prompt }));
      if (first === null) return null;
      const second = await this.inTurn(() =>
        askPassphrase({
          title: `Confirm Passphrase for ${name}`,
          prompt: "Type it once more; nobody can recover a forgotten one.",
        }),
      );
      const isSame = second !== null && isEqual(first, second);
      second?.fill(0);
      if (isSame) return first;
      first.fill(0);
      if (second === null) return null;
      prompt = "The two were different. Choose a passphrase again.";
    }
  }

  async acceptWork(path: string, logN: number): Promise<boolean> {
    const gibibytes = 2 ** (logN - 20);
    const answer = await vscode.window.showWarningMessage(
      `Opening ${quoted(basename(path))} needs about ${gibibytes} GiB of memory and may take a while.`,
      {
        modal: true,
        detail: `Its passphrase is protected with work factor ${logN}; 18 is usual. Go on only if you trust where the file comes from.`,
      },
      "Open Anyway",
    );
    return answer === "Open Anyway";
  }

  async changedOnDisk(
    path: string,
    what: "changed" | "deleted" | "never read",
  ): Promise<"overwrite" | "reload" | "cancel"> {
    const name = quoted(basename(path));
    if (what === "deleted") {
      const answer = await vscode.window.showWarningMessage(
        `${name} was deleted by another program. Write it again?`,
        { modal: true, detail: "Your text is still in the editor, but nowhere on the disk." },
        "Write Again",
      );
      return answer === "Write Again" ? "overwrite" : "cancel";
    }
    const answer = await vscode.window.showWarningMessage(
      what === "changed"
        ? `${name} was changed by another program since you opened it.`
        : `Cage does not know which version of ${name} your text was made from.`,
      {
        modal: true,
        detail:
          "Overwrite replaces what is on the disk with your text. Reload gives up your text. Compare shows both and writes nothing.",
      },
      "Compare",
      "Overwrite",
      "Reload",
    );
    if (answer === "Compare") {
      // The save must end before the editors can change; so nobody waits for this.
      void this.tryCompare(path);
      return "cancel";
    }
    return answer === "Overwrite" ? "overwrite" : answer === "Reload" ? "reload" : "cancel";
  }

  async confirmRecipients(question: RecipientsQuestion): Promise<RecipientsAnswer> {
    const { message, detail } = recipientsText(question);
    // The first button is the one that Enter presses, which somebody may have typed as text.
    const [stop, go, keep] = ["Don't Save", "Save for These", "Keep the Present Ones"];
    const offered = question.present === null ? [stop, go] : [stop, go, keep];
    const options = { modal: true, detail };
    const answer = await vscode.window.showWarningMessage(message, options, ...offered);
    return answer === go ? "next" : answer === keep ? "present" : "cancel";
  }

  warnExposed(identityFile: string): void {
    if (this.told.has(identityFile)) return;
    this.told.add(identityFile);
    void vscode.window.showWarningMessage(
      `The identity file ${quoted(identityFile)} can be read by other users of this machine. Run "chmod 600" on it, so that only you can read it.`,
    );
  }

  private async tryCompare(path: string): Promise<void> {
    try {
      await this.compare(path);
    } catch (error) {
      if (error instanceof AgeError && error.code === "dismissed") return;
      this.log.failure("compare", path, error);
      const what = `${quoted(basename(path))} could not be compared.`;
      showFailure(what, error, vscode.Uri.file(path));
    }
  }

  private async inTurn<T>(ask: () => Thenable<T>): Promise<T> {
    const answer = this.last.then(ask, ask);
    this.last = answer.catch(() => undefined);
    return answer;
  }
}

/** The texts of the question whether to save for other recipients than the file has. */
export function recipientsText({ path, origin, change, next, present }: RecipientsQuestion): {
  message: string;
  detail: string;
} {
  const name = quoted(basename(path));
  const facts: string[] = [];
  if (change.dropped.length > 0) {
    facts.push(`Could no longer read it: ${listed(change.dropped)}.`);
  }
  if (change.unnamedDropped > 0) {
    const count = counted(
      change.unnamedDropped,
      change.dropped.length > 0 ? "more recipient" : "recipient",
    );
    facts.push(`${count} could no longer read it. An age file does not tell who they are.`);
  }
  if (change.added.length > 0) {
    facts.push(`Could read it from now on: ${listedInFull(change.added)}.`);
  }
  if (change.unnamedAdded > 0) {
    facts.push(
      `${counted(change.unnamedAdded, "recipient")} of those below could read it from now on. An age file does not tell who is new.`,
    );
  }
  if (facts.length === 0) {
    facts.push(
      "The number of recipients is the same, but an age file does not tell who they are, so Cage cannot know whether these are the same people.",
    );
  }
  if (change.locksOut) facts.push("You yourself could no longer read it.");
  // Where nobody knows who is new, anybody may be.
  const nextNames = change.unnamedAdded > 0 ? listedInFull(next) : listed(next);
  const whom = origin.kind === "passphrase" ? "the passphrase alone" : nextNames;
  facts.push(`It would be encrypted to ${whom} (${whence(origin)}).`);
  if (present !== null) {
    const whose = change.certain ? "The present ones are" : "The present ones are probably";
    facts.push(`${whose} ${listed(present)}.`);
  }
  const drops = change.dropped.length + change.unnamedDropped > 0;
  return {
    message: drops
      ? `Saving ${name} would take it away from somebody. Save it for these recipients?`
      : `Are these the right recipients of ${name}?`,
    detail: facts.join("\n\n"),
  };
}

function whence({ kind, place }: RecipientsQuestion["origin"]): string {
  switch (kind) {
    case "recipients-file":
      return `from ${quoted(place)}`;
    case "rules":
      return `from the rule "${quoted(place)}" of the setting cage.recipients`;
    case "remembered":
      return "whom it was saved for last";
    case "identity":
      return "the identity that opened it; no recipients file or rule names others";
    case "passphrase":
      return "the one that opened your text";
  }
}

function listed(recipients: readonly NamedRecipient[]): string {
  return recipients.map(quotedRecipient).join(", ");
}

/** With whole keys, for those who gain access: a key can be made like another one at its ends. */
function listedInFull(recipients: readonly NamedRecipient[]): string {
  return recipients
    .map(({ text, name }) =>
      name === undefined ? quoted(text) : `${quoted(name)} (${quoted(text)})`,
    )
    .join(", ");
}

async function askPassphrase(texts: { title: string; prompt: string }): Promise<Uint8Array | null> {
  const text = await vscode.window.showInputBox({
    ...texts,
    password: true,
    ignoreFocusOut: true,
    validateInput: (value) => (value === "" ? "A passphrase has at least one character." : null),
  });
  return text === undefined ? null : encodePassphrase(text);
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
