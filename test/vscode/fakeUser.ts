import { afterEach, beforeEach, expect } from "vitest";

/** Presses Enter: the first button, the row that has the focus, or the text as it stands. */
export const enter = Symbol("enter");

/**
 * An answer to a question:
 *
 * - the label of a button or a row, a text, or the path of a file;
 * - the labels of several rows, or several paths;
 * - undefined to dismiss it;
 * - a function, which runs while the question stands.
 */
export type Answer = string | readonly string[] | typeof enter | undefined | (() => unknown);

/** A row of a list. */
export interface Row {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
}

/** Something that the user saw. */
export interface Shown {
  readonly kind:
    | "information"
    | "warning"
    | "error"
    | "pick"
    | "input"
    | "open"
    | "save"
    | "progress"
    | "status"
    | "document";
  /** The message, or the title. */
  readonly text: string;
  /** The detail of a message, what a list or a box asks for, or what a document holds. */
  readonly detail: string;
  /** The buttons, or the rows of a list. */
  readonly rows: readonly Row[];
}

/** A user who answers from a list; a question without an answer there fails the test. */
class User {
  readonly shown: Shown[] = [];
  /** The inputs that a box refused, each with the reason. */
  readonly refused: (readonly [typed: string, why: string])[] = [];
  /** The messages of progress. */
  readonly reports: string[] = [];
  /** Presses Cancel in every progress that shows. */
  readonly cancels = new Set<() => void>();
  private answers: Answer[] = [];
  private faults: string[] = [];

  /** Scripts the answers to the questions that come next. */
  will(...answers: readonly Answer[]): void {
    this.answers.push(...answers);
  }

  /** The texts of what was shown in some ways. */
  texts(...kinds: readonly Shown["kind"][]): readonly string[] {
    return this.shown
      .filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))
      .map(({ text }) => text);
  }

  /** The last thing that was shown in some ways. */
  last(...kinds: readonly Shown["kind"][]): Shown {
    const found = this.shown.findLast(({ kind }) => kinds.length === 0 || kinds.includes(kind));
    return found ?? expect.fail(`nothing was shown as ${kinds.join(" or ")}`);
  }

  see(kind: Shown["kind"], text: string, detail = "", rows: readonly Row[] = []): void {
    this.shown.push({ kind, text, detail, rows });
  }

  /** Takes the next answer. */
  async answer(question: string): Promise<string | readonly string[] | typeof enter | undefined> {
    if (this.answers.length === 0) this.fail(`an unexpected question: ${question}`);
    const answer = this.answers.shift();
    if (typeof answer !== "function") return answer;
    await answer();
    return this.answer(question);
  }

  /** Tells whether the next answer is one of these labels; a notification may go unanswered. */
  wants(labels: readonly string[]): boolean {
    const [next] = this.answers;
    return typeof next === "string" && labels.includes(next);
  }

  /** Finds the row that an answer names: by its label, with its icon or without, or its detail. */
  choose<T>(rows: readonly T[], labelOf: (row: T) => string, answer: string): T {
    const namesOf = (row: T): readonly unknown[] => {
      const detail = typeof row === "object" && row !== null && "detail" in row ? row.detail : null;
      return [labelOf(row), labelOf(row).replace(/^\$\([^)]*\) /, ""), detail];
    };
    const found = rows.find((row) => namesOf(row).includes(answer));
    return found ?? this.fail(`no “${answer}” among: ${rows.map(labelOf).join(", ")}`);
  }

  reset(): void {
    for (const list of [this.shown, this.refused, this.reports]) list.length = 0;
    this.cancels.clear();
    Object.assign(this, { answers: [], faults: [] });
  }

  /** Fails if a question came that had no answer, even if the code under test caught that. */
  check(): void {
    expect([this.faults, this.answers]).toEqual([[], []]);
  }

  private fail(text: string): never {
    this.faults.push(text);
    throw new Error(text);
  }
}

/** The user of the test that runs. */
export const user = new User();

beforeEach(() => {
  user.reset();
});

afterEach(() => {
  user.check();
});
