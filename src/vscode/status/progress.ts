import * as vscode from "vscode";
import type { BatchProgress } from "../../documents/files/runBatch";
import { bytesText, paceMeter, progressText } from "../wording/progressText";
import type { StatusBar } from "./statusBar";

/** The least time between two reports of a running operation, in milliseconds. */
const interval = 250;

/**
 * Runs operations on files under one notification with Cancel, and shows their speed in the status
 * bar meanwhile.
 *
 * @param title - the operation, as a verb ("Encrypting"), and the files.
 */
export async function withFileProgress<T>(
  title: { readonly verb: string; readonly what: string },
  statusBar: StatusBar,
  operation: (onProgress: (progress: BatchProgress) => void, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { verb, what } = title;
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: `${verb} ${what}`,
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (progress, token) => {
    const show = statusBar.begin();
    show(verb);
    const paceOf = paceMeter(() => performance.now(), interval);
    let shownPercent = 0;
    try {
      const tell = (batch: BatchProgress): void => {
        const pace = paceOf(batch.done, batch.total);
        if (pace === null) return;
        const percent = batch.total === 0 ? 100 : (100 * batch.done) / batch.total;
        const message = `${placeOf(batch)}${progressText(pace)}`;
        // VS Code's bar can only grow.
        progress.report({ message, increment: Math.max(percent - shownPercent, 0) });
        shownPercent = Math.max(percent, shownPercent);
        show(`${verb} · ${bytesText(pace.speed)}/s`);
      };
      return await abortable(token, (signal) => operation(tell, signal));
    } finally {
      show(null);
    }
  });
}

/** Runs an operation that a cancellation token ends. All such tokens become AbortSignals here. */
export async function abortable<T>(
  token: vscode.CancellationToken,
  operation: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const listener = token.onCancellationRequested(() => {
    controller.abort();
  });
  try {
    return await operation(controller.signal);
  } finally {
    listener.dispose();
  }
}

/** Writes "3 of 214: "; "" for a single file. */
function placeOf({ index, count }: BatchProgress): string {
  return count === 1 ? "" : `${index + 1} of ${count}: `;
}
