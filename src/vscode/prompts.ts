import { basename } from "node:path";
import * as vscode from "vscode";
import { AgeError } from "../age/errors";
import type {
  PassphraseRequest,
  Prompts,
  RecipientsAnswer,
  RecipientsQuestion,
  WriteNotice,
} from "../documents/prompts";
import { encodePassphrase } from "../keys/passphrase";
import { counted } from "./counted";
import { showFailure } from "./errors";
import { quoted } from "./foreignText";
import { recipientsText, showAll } from "./recipientsText";
import type { Log } from "./log";

/** Asks the user, in VS Code's own dialogs. */
export class VscodePrompts implements Prompts {
  private readonly told = new Set<string>();
  /** The user's decisions in this window on how to write files. */
  private readonly ways = new Map<string, "in place">();
  /**
   * Only one input box shows at a time, and another one would dismiss it: they wait for each other.
   */
  private last: Promise<unknown> = Promise.resolve();

  /**
   * @param compare - shows the text of a file beside what is on the disk, or beside a copy.
   * @param showText - shows a text that is too long for a dialog.
   */
  constructor(
    private readonly compare: (path: string, copy?: string) => Promise<void>,
    private readonly log: Log,
    private readonly showText: (title: string, text: string) => Promise<void>,
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
    const { message, detail, whole } = recipientsText(question);
    // The first button is the one that Enter presses, which somebody may have typed as text.
    const [stop, go, keep] = ["Don't Save", "Save for These", "Keep the Present Ones"];
    const offered = [
      stop,
      go,
      ...(question.present === null ? [] : [keep]),
      ...(whole === null ? [] : [showAll]),
    ];
    const options = { modal: true, detail };
    const answer = await vscode.window.showWarningMessage(message, options, ...offered);
    if (answer === showAll && whole !== null) {
      // The save must end before the text can be read; the next one asks again.
      void this.showText(`Recipients of ${basename(question.path)}`, whole);
      return "cancel";
    }
    return answer === go ? "next" : answer === keep ? "present" : "cancel";
  }

  warnExposed(identityFile: string): void {
    if (this.told.has(identityFile)) return;
    this.told.add(identityFile);
    void vscode.window.showWarningMessage(
      `The identity file ${quoted(identityFile)} is open to other users of this machine. Run "chmod 600" on it, so that only you can read and change it.`,
    );
  }

  async manyNames(path: string, others: number): Promise<"rename" | "in place" | "cancel"> {
    const agreed = this.ways.get(path);
    if (agreed !== undefined) return agreed;
    const [stop, rename, inPlace] = ["Don't Save", "Replace This One", "Write In Place"];
    const answer = await vscode.window.showWarningMessage(
      `${quoted(basename(path))} has ${counted(others, "other name")} (hard links).`,
      {
        modal: true,
        detail:
          "Replace This One writes a new file under this name; the other names keep the old version. Write In Place changes the one file that all of them lead to; the old version is kept beside it until that is done, since a crash in between leaves the file incomplete.",
      },
      ...[stop, rename, inPlace],
    );
    if (answer === inPlace) this.ways.set(path, "in place");
    return answer === inPlace ? "in place" : answer === rename ? "rename" : "cancel";
  }

  async mountedAlone(path: string): Promise<"in place" | "cancel"> {
    if (this.ways.get(path) === "in place") return "in place";
    const answer = await vscode.window.showWarningMessage(
      `${quoted(basename(path))} is mounted by itself, as in a container, so it cannot be replaced by a new file.`,
      {
        modal: true,
        detail:
          "Write In Place changes its content. The old version is kept beside it until the new one is on the disk and was read back; a crash in that moment leaves the file incomplete, and the old version as a hidden file.",
      },
      ...["Don't Save", "Write In Place"],
    );
    if (answer !== "Write In Place") return "cancel";
    this.ways.set(path, "in place");
    return "in place";
  }

  async acceptExposure(path: string): Promise<boolean> {
    const answer = await vscode.window.showWarningMessage(
      `Others can read what is written to ${quoted(path)}: this disk keeps no file permissions.`,
      {
        modal: true,
        detail: "Nothing is written yet. Choose a folder on another disk to keep it private.",
      },
      ...["Don't Write", "Write Anyway"],
    );
    return answer === "Write Anyway";
  }

  tellWritten(notice: WriteNotice): void {
    const name = quoted(basename(notice.path));
    this.log.info(`${notice.kind}: ${notice.path}`);
    if (!("copy" in notice)) {
      void vscode.window.showWarningMessage(noticeText(notice.kind, name, ""));
      return;
    }
    const { path, copy } = notice;
    const text = noticeText(notice.kind, name, quoted(basename(copy)));
    void vscode.window.showWarningMessage(text, "Compare").then((answer) => {
      if (answer !== undefined) void this.tryCompare(path, copy);
    });
  }

  private async tryCompare(path: string, copy?: string): Promise<void> {
    try {
      await this.compare(path, copy);
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

/** Says what came of a write that another program disturbed. */
export function noticeText(kind: WriteNotice["kind"], name: string, copy: string): string {
  switch (kind) {
    case "conflict copy":
      return `Another program wrote ${name} while it was saved. Its version is kept as ${copy}, yours is saved.`;
    case "overwritten":
      return `Another program replaced ${name} in the very moment in which it was saved, and its version is gone. Yours is saved; if the other one matters, let that program write it again.`;
    case "not put back":
      return `Writing ${name} failed halfway. The version before is whole, in ${copy}: copy it back, or save again.`;
  }
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
