import type * as vscode from "vscode";

let takeLeave: (() => Promise<unknown>) | null = null;

/**
 * Loads Cage and registers it. VS Code waits for that before it uses what an activation event is
 * about, and calls the other extensions meanwhile.
 */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const { assemble } = await import("./assembly");
  takeLeave = assemble(context);
}

/**
 * Makes the due drafts, and tells other windows that this one closes. VS Code waits a few seconds
 * at most.
 */
export async function deactivate(): Promise<void> {
  await takeLeave?.();
}
