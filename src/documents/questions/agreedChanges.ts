import type { RecipientsQuestion } from "./prompts";

/** The changes of recipients that the user agreed to for all files of one run. */
export class AgreedChanges {
  private readonly agreed = new Set<string>();

  /** @param files - how many files the run has. */
  constructor(readonly files: number) {}

  /** Agrees to a change for every file for which the same people come and go, by the same list. */
  add(question: RecipientsQuestion): void {
    this.agreed.add(keyOf(question));
  }

  has(question: RecipientsQuestion): boolean {
    return mayCount(question) && this.agreed.has(keyOf(question));
  }

  /** Adds to a question how many files may share its answer, where any may. */
  offered(question: RecipientsQuestion): RecipientsQuestion {
    return this.files > 1 && mayCount(question) ? { ...question, files: this.files } : question;
  }
}

/** Tells if a change may be agreed to for others: one that is known whole and locks nobody out. */
function mayCount({ change: { certain, locksOut } }: RecipientsQuestion): boolean {
  return certain && !locksOut;
}

/** Names a change by all whom it is about, by whole keys, and by what names them. */
function keyOf({ origin, change, next }: RecipientsQuestion): string {
  const lists = [change.dropped, change.added, next];
  const texts = lists.map((list) => [...new Set(list.map(({ text }) => text))].sort());
  return JSON.stringify([origin.kind, origin.place, texts]);
}
