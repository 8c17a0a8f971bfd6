import * as vscode from "vscode";
import type { BatchProgress } from "../../documents/files/runBatch";
import { bytesText, paceMeter, progressText } from "../wording/progressText";
import type { StatusBar } from "./statusBar";

/** The least time between two reports of a running operation, in milliseconds. */
const interval = 250;

/**
 * Runs operations on files under one notification with Cancel, and shows their throughput in the
 * status bar meanwhile.
 *
 * @param title - what runs, as a verb ("Encrypting") and what it is about.
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
        // VS Code's bar only grows.
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

/** Runs what a cancellation token ends. The one place where such a token becomes an AbortSignal. */
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

/** "3 of 214: ", or nothing where there is one file only. */
function placeOf({ index, count }: BatchProgress): string {
  return count === 1 ? "" : `${index + 1} of ${count}: `;
}
