import { basename } from "node:path";
import * as vscode from "vscode";
import { AgeError } from "../../age/errors";
import type { NamedRecipient } from "../../documents/memory/memory";
import type {
  PassphraseRequest,
  Prompts,
  RecipientsAnswer,
  RecipientsQuestion,
} from "../../documents/questions/prompts";
import type { WriteNotice } from "../../documents/disk/writePrompts";
import { counted } from "../wording/plural";
import { showFailure } from "../failures";
import { quoted } from "../wording/foreignText";
import { askGuard, noticeText } from "./guardDialog";
import { askNewPassphrase, askPassphrase } from "./passphraseBox";
import { recipientsText, allLikeThis, showAll } from "../wording/recipientsText";
import type { Log } from "../log";
import { openSettings } from "../offerSettings";

/** Asks the user, in VS Code's own dialogs. */
export class VscodePrompts implements Prompts {
  private readonly told = new Set<string>();
  /** The user's decisions on how to write files, for this window. */
  private readonly ways = new Map<string, "in place">();
  /** The last input box. A second one would dismiss it, so each waits for the one before. */
  private last: Promise<unknown> = Promise.resolve();

  /**
   * @param compare - shows the text of a file beside that on the disk, or beside a copy.
   * @param showText - shows a text that is too long for a dialog.
   * @param chooseRecipients - lets the user choose other recipients than those of a question.
   */
  constructor(
    private readonly compare: (path: string, copy?: string) => Promise<void>,
    private readonly log: Log,
    private readonly showText: (title: string, text: string) => Promise<void>,
    private readonly chooseRecipients: ChooseRecipients,
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

  /**
   * Asks twice for the passphrase of new files; an empty one is generated. @returns null if
   * dismissed.
   */
  async newPassphrase(what: string): Promise<Uint8Array | null> {
    return askNewPassphrase(quoted(what), (ask) => this.inTurn(ask));
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
        `${name} was deleted. Write it again?`,
        { modal: true, detail: "Its text is in the editor, but the encrypted file is gone." },
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
          "Overwrite replaces what is on the disk with your text. Reload discards your text. Compare shows both and writes nothing.",
      },
      "Compare",
      "Overwrite",
      "Reload",
    );
    if (answer === "Compare") {
      // The save must end before the editors can change, so nothing waits for the comparison.
      void this.tryCompare(path);
      return "cancel";
    }
    return answer === "Overwrite" ? "overwrite" : answer === "Reload" ? "reload" : "cancel";
  }

  async confirmRecipients(question: RecipientsQuestion): Promise<RecipientsAnswer> {
    const { message, detail, whole } = recipientsText(question);
    const verb = question.isReencryption ? "Re-encrypt" : "Save";
    const [go, keep] = [`${verb} for These`, "Keep Current Recipients"];
    const look = lookFirst[question.origin.kind];
    const offered = [
      look,
      go,
      ...(question.files === undefined ? [] : [allLikeThis]),
      ...(question.present === null ? [] : [keep]),
      ...(whole === null ? [] : [showAll]),
    ];
    const answer = await askGuard(message, detail, `Don't ${verb}`, offered);
    if (answer === choose) return this.chosen(question);
    if (answer === allLikeThis) return "next for all";
    // The next two buttons show something. The save must end before that; the next save asks again.
    if (answer === look) void this.look(question);
    if (answer === showAll && whole !== null) {
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
    const [rename, inPlace] = ["Replace This One", "Write In Place"];
    const answer = await this.askExplained(
      `${quoted(basename(path))} has ${counted(others, "other name")} (hard links).`,
      "Replace This One writes a new file under this name; the other names keep the old version. Write In Place changes the one file that all of them lead to.",
      `Write In Place keeps the old version beside the file until the new one is on the disk, since a crash in between leaves the file incomplete. To find the other names, run: find FOLDER -samefile ${quoted(path)}`,
      dontSave,
      [rename, inPlace],
    );
    if (answer === inPlace) this.ways.set(path, "in place");
    return answer === inPlace ? "in place" : answer === rename ? "rename" : "cancel";
  }

  async mountedAlone(path: string): Promise<"in place" | "cancel"> {
    if (this.ways.get(path) === "in place") return "in place";
    const answer = await this.askExplained(
      `${quoted(basename(path))} is mounted by itself, as in a container, so it cannot be replaced by a new file.`,
      "Write In Place changes its content. A crash in that moment leaves the file incomplete, and the old version as a hidden file.",
      "The old version is kept beside the file until the new one is on the disk and was read back. To save without that risk, mount the folder that the file is in instead of the file.",
      dontSave,
      ["Write In Place"],
    );
    if (answer !== "Write In Place") return "cancel";
    this.ways.set(path, "in place");
    return "in place";
  }

  async acceptExposure(path: string): Promise<boolean> {
    const answer = await this.askExplained(
      `Others can read what is written to ${quoted(path)}: this disk keeps no file permissions.`,
      "Nothing is written yet. Choose a folder on another disk to keep it private.",
      "Disks such as FAT sticks and some network shares keep no permissions for files. Whoever can use the disk can read every file on it.",
      "Don't Write",
      ["Write Anyway"],
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

  private async chosen({ path, next, present }: RecipientsQuestion): Promise<RecipientsAnswer> {
    const chosen = await this.chooseRecipients(path, [...next, ...(present ?? [])]);
    return chosen === null ? "cancel" : { chosen };
  }

  /** Shows where the recipients come from. */
  private async look({ path, origin }: RecipientsQuestion): Promise<void> {
    if (origin.kind === "recipients-file") {
      await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(origin.place));
    } else if (origin.kind === "rules") {
      await openSettings("cage.recipients");
    } else await this.tryCompare(path);
  }

  /** Asks, with a button that explains the question and counts as the way out. */
  private async askExplained(
    message: string,
    detail: string,
    explanation: string,
    wayOut: string,
    buttons: readonly string[],
  ): Promise<string | undefined> {
    const answer = await askGuard(message, detail, wayOut, [explain, ...buttons]);
    const text = [message, detail, explanation].join("\n\n");
    if (answer === explain) void this.showText("Cage's Question", `${text}\n`);
    return answer;
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

/**
 * A function that lets the user choose a file's recipients among those given and others; null if
 * dismissed.
 */
type ChooseRecipients = (
  path: string,
  known: readonly NamedRecipient[],
) => Promise<readonly NamedRecipient[] | null>;

const dontSave = "Don't Save";
const explain = "Explain";
const choose = "Choose Recipients…";

/** The first button of the question about recipients: it shows or changes where they come from. */
const lookFirst = {
  "recipients-file": "Open the List",
  rules: "Open the Setting",
  remembered: choose,
  identity: choose,
  passphrase: "Compare",
} as const;
