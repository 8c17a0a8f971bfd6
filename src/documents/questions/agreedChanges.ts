import type { RecipientsQuestion } from "./prompts";

/** The changes of recipients that the user approved for all files of one run. */
export class AgreedChanges {
  private readonly agreed = new Set<string>();

  /** @param files - the number of files in the run. */
  constructor(readonly files: number) {}

  /** Approves a change for every file where the same list adds and drops the same people. */
  add(question: RecipientsQuestion): void {
    this.agreed.add(keyOf(question));
  }

  /** Tells whether the user approved this change for all files. */
  has(question: RecipientsQuestion): boolean {
    return mayCount(question) && this.agreed.has(keyOf(question));
  }

  /** Adds to a question the number of files that may share its answer, if others may. */
  offered(question: RecipientsQuestion): RecipientsQuestion {
    return this.files > 1 && mayCount(question) ? { ...question, files: this.files } : question;
  }
}

/**
 * Tells whether an answer may count for other files: the change must be certain and lock nobody
 * out.
 */
function mayCount({ change: { certain, locksOut } }: RecipientsQuestion): boolean {
  return certain && !locksOut;
}

/** Names a change by the keys of everybody concerned, and by the origin of the list. */
function keyOf({ origin, change, next }: RecipientsQuestion): string {
  const lists = [change.dropped, change.added, next];
  const texts = lists.map((list) => [...new Set(list.map(({ text }) => text))].sort());
  return JSON.stringify([origin.kind, origin.place, texts]);
}
