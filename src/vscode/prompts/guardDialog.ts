import * as vscode from "vscode";
import type { WriteNotice } from "../../documents/disk/writePrompts";

/**
 * Asks in a dialog with one way out, which Escape takes.
 *
 * @param buttons - the first one must do no harm: Enter presses it, and the user may have meant
 * Enter for the text.
 */
export async function askGuard(
  message: string,
  detail: string,
  wayOut: string,
  buttons: readonly string[],
): Promise<string | undefined> {
  const items = [
    ...buttons.map((title) => ({ title })),
    { title: wayOut, isCloseAffordance: true },
  ];
  const options = { modal: true, detail };
  return (await vscode.window.showWarningMessage(message, options, ...items))?.title;
}

/** Says how a write ended that another program disturbed. */
export function noticeText(kind: WriteNotice["kind"], name: string, copy: string): string {
  switch (kind) {
    case "conflict copy":
      return `Another program wrote ${name} while it was saved. Its version is kept as ${copy}, yours is saved.`;
    case "overwritten":
      return `Another program replaced ${name} just as it was saved, and its version is gone. Yours is saved; if the other one matters, let that program write it again.`;
    case "not put back":
      return `Writing ${name} failed halfway. The previous version is intact in ${copy}: copy it back, or save again.`;
  }
}
