/** A message with buttons. */
export interface Question {
  readonly kind: "information" | "warning" | "error";
  readonly message: string;
  readonly isModal: boolean;
  readonly buttons: readonly string[];
}

/** A user at the window, who answers its questions. */
export interface User {
  /** Presses a button, or none: a message may stay for ever. */
  answer(question: Question): string | undefined | Promise<string | undefined>;
  /** Types into an input box, or dismisses it (undefined). */
  type(title: string): string | undefined | Promise<string | undefined>;
  /** Picks one of `count` rows by its index. */
  pick(title: string, count: number): number | undefined | Promise<number | undefined>;
  /** Answers VS Code's own question whether to save unsaved text on closing. */
  close(uri: string): "save" | "don't save" | "cancel";
}
