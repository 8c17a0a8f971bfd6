/** A message with buttons. */
export interface Question {
  readonly kind: "information" | "warning" | "error";
  readonly message: string;
  readonly isModal: boolean;
  readonly buttons: readonly string[];
}

/** Whoever sits at the window, and answers what it asks. */
export interface User {
  /** Presses a button, or none; a message may stay for ever. */
  answer(question: Question): string | undefined | Promise<string | undefined>;
  /** Types into an input box; undefined dismisses it. */
  type(title: string): string | undefined | Promise<string | undefined>;
  /** Picks one of so many rows, by its place. */
  pick(title: string, count: number): number | undefined | Promise<number | undefined>;
  /** Answers VS Code's own question about unsaved text that is to be closed. */
  close(uri: string): "save" | "don't save" | "cancel";
}
