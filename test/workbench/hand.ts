import type { Account } from "./ledger";
import type { Random } from "./random";
import type { Question, User } from "./user";
import type { Vault } from "./vault";
import { Uri } from "./values";
import type { Workbench } from "./workbench";

/** A document of a schedule. */
export interface Sheet {
  readonly account: Account;
}

/** A message that waits for its answer. */
interface Pending {
  readonly question: Question;
  readonly press: (answer: string | undefined) => void;
}

/** A user who works with documents at random, and answers questions at random. */
export class Hand implements User {
  readonly pending: Pending[] = [];
  /** The last 60 deeds at most, for finding the cause of a fault. */
  readonly deeds: string[] = [];
  private count = 0;
  /** True if the user typed a passphrase since the last opening. */
  private hasTyped = false;

  constructor(
    private readonly random: Random,
    private readonly sheets: readonly Sheet[],
    private readonly vault: Vault,
    private readonly window: () => Workbench,
    private readonly now: () => number,
  ) {}

  answer(question: Question): string | undefined | Promise<string | undefined> {
    if (question.isModal) return this.decide(question);
    if (this.pending.length > 20) this.pending.shift();
    return new Promise((press) => {
      this.pending.push({ question, press });
    });
  }

  type(title: string): string | undefined {
    const isTyped = this.random.happens(0.9);
    this.note(`${isTyped ? "types" : "dismisses"} ${title}`);
    this.hasTyped = isTyped;
    if (isTyped) return this.vault.passphrase;
    for (const { account } of this.sheets) account.mayRefuse = true;
    return undefined;
  }

  pick(title: string, count: number): number | undefined {
    this.note(`picks of ${title}`);
    return this.random.happens(0.9) ? this.random.below(count) : undefined;
  }

  close(uri: string): "save" | "don't save" | "cancel" {
    const answer = this.random.of(["save", "don't save", "cancel"] as const);
    this.note(`${answer} on closing ${nameOf(uri)}`);
    return answer;
  }

  /** Does one thing with one document. */
  async act(): Promise<void> {
    const sheet = this.random.of(this.sheets);
    const { uri } = sheet.account;
    const model = this.window().models.get(uri);
    if (model === undefined) {
      if (this.random.happens(0.5)) this.open(sheet);
      else await this.wait();
      return;
    }
    const isCheap = sheet.account.by === "key" || this.random.happens(0.05);
    const deed = this.random.weighted<() => unknown>([
      [
        30,
        () => {
          this.edit(uri);
        },
      ],
      [
        6,
        () => {
          this.walk(uri, -1);
        },
      ],
      [
        3,
        () => {
          this.walk(uri, 1);
        },
      ],
      [
        isCheap ? 9 : 0,
        () => {
          this.save(sheet);
        },
      ],
      [isCheap ? 3 : 0, () => this.saveTwice(sheet)],
      [
        4,
        () => {
          this.close1(uri);
        },
      ],
      [
        2,
        () => {
          this.open(sheet);
        },
      ],
      [5, () => this.press()],
      [3, () => this.lock()],
      [3, () => this.writeElsewhere(sheet)],
      [20, () => this.wait()],
    ]);
    await deed();
  }

  /** Opens a document. */
  open({ account }: Sheet): void {
    this.note(`opens ${nameOf(account.uri)}`);
    const { wipes } = account;
    this.hasTyped = false;
    void this.window()
      .command("cage.openDecrypted", Uri.file(account.path))
      .then(() => {
        if (this.hasTyped && account.wipes === wipes) account.keyed(this.now());
      });
  }

  /** Lets time pass: an instant, a pause between words, or long enough for every draft. */
  async wait(): Promise<void> {
    const longest = this.random.weighted([[5, 100] as const, [5, 900], [3, 5000]]);
    const milliseconds = this.random.below(longest);
    this.note(`waits ${milliseconds}`);
    await this.window().wait(milliseconds);
  }

  note(deed: string): void {
    this.deeds.push(deed);
    if (this.deeds.length > 60) this.deeds.shift();
  }

  private edit(uri: string): void {
    const model = this.window().models.get(uri);
    if (model === undefined) return;
    const kept = this.random.happens(0.9) ? model.text.slice(0, 60) : "";
    const text = `${kept} ${++this.count}`;
    this.note(`types${text.slice(-8)} in ${nameOf(uri)}`);
    this.window().edit(uri, text);
  }

  private walk(uri: string, step: 1 | -1): void {
    this.note(`${step === 1 ? "redoes" : "undoes"} in ${nameOf(uri)}`);
    this.window().walk(uri, step);
  }

  private save({ account }: Sheet): void {
    const { uri } = account;
    const window = this.window();
    const text = window.models.get(uri)?.text ?? "";
    this.note(`saves ${nameOf(uri)}: ${text.slice(-8)}`);
    // During a lock the text goes into a draft, so the save may fail.
    account.mayRefuse = account.isLocking;
    void window.save(uri, "user");
  }

  private async saveTwice(sheet: Sheet): Promise<void> {
    this.save(sheet);
    for (let turns = this.random.below(12); turns > 0; turns--) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.edit(sheet.account.uri);
    if (this.random.happens(0.5)) this.save(sheet);
  }

  private close1(uri: string): void {
    this.note(`closes ${nameOf(uri)}`);
    void this.window().close(uri);
  }

  private async press(): Promise<void> {
    await this.window().settled();
    if (this.pending.length === 0) return;
    const [pending] = this.pending.splice(this.random.below(this.pending.length), 1);
    if (pending === undefined) return;
    const answer = this.random.of([...pending.question.buttons, undefined]);
    if (answer === "Save and Close" || answer === "Open Settings") return;
    this.note(`presses ${answer ?? "nothing"} on ${pending.question.message.slice(0, 70)}`);
    this.consent(pending.question, answer);
    pending.press(answer);
  }

  private async lock(): Promise<void> {
    this.note("locks");
    for (const { account } of this.sheets) account.locks(this.now());
    const locked = this.window().command("cage.lockNow");
    if (this.random.happens(0.7)) await this.window().settled();
    void locked;
  }

  private async writeElsewhere({ account }: Sheet): Promise<void> {
    const window = this.window();
    await window.settled();
    const text = `elsewhere ${++this.count}`;
    this.note(`another program writes ${nameOf(account.uri)}: ${text}`);
    await this.vault.write(account.path, text, account.by);
    account.external(text);
    if (this.random.happens(0.8)) window.host?.fileChanged(account.path);
  }

  private decide(question: Question): string | undefined {
    const answer = this.random.of([...question.buttons, ...question.buttons, undefined]);
    this.note(`answers ${answer ?? "nothing"} to ${question.message.slice(0, 70)}`);
    this.consent(question, answer);
    return answer;
  }

  /** Records what an answer gives up or allows. */
  private consent({ message, isModal }: Question, answer: string | undefined): void {
    const sheet = this.sheets.find(({ account: { uri, path } }) =>
      [nameOf(uri), nameOf(path)].some((name) => message.includes(name)),
    );
    if (sheet === undefined) return;
    const { account } = sheet;
    if (isModal && answer !== "Overwrite") account.mayRefuse = true;
    if (answer === "Reload" && isModal) account.reloads();
    if (answer === "Discard Draft") account.forgetDebts();
    if (answer === "Put It Here") account.forgetDebts();
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
