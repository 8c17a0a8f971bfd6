import * as vscode from "vscode";
import type { BatchProgress } from "../documents/batch";
import { bytesText, paceMeter, progressText } from "./progressText";
import type { StatusBar } from "./statusBar";

/** How often a running operation is told of, in milliseconds. */
const interval = 250;

/**
 * Runs operations on files under one notification with Cancel, and shows their throughput in the status
 * bar meanwhile. The one place where VS Code's cancellation token becomes an AbortSignal.
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
    const controller = new AbortController();
    const listener = token.onCancellationRequested(() => {
      controller.abort();
    });
    const show = statusBar.begin();
    show(verb);
    const paceOf = paceMeter(() => performance.now(), interval);
    let shownPercent = 0;
    try {
      return await operation((batch) => {
        const pace = paceOf(batch.done, batch.total);
        if (pace === null) return;
        const percent = batch.total === 0 ? 100 : (100 * batch.done) / batch.total;
        const message = `${placeOf(batch)}${progressText(pace)}`;
        progress.report({ message, increment: percent - shownPercent });
        shownPercent = percent;
        show(`${verb} · ${bytesText(pace.speed)}/s`);
      }, controller.signal);
    } finally {
      show(null);
      listener.dispose();
    }
  });
}

/** "3 of 214: ", or nothing where there is one file only. */
function placeOf({ index, count }: BatchProgress): string {
  return count === 1 ? "" : `${index + 1} of ${count}: `;
}
