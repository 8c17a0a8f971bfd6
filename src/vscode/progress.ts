import * as vscode from "vscode";
import type { Progress } from "../documents/fileOperations";

/**
 * Runs an operation under a notification with bytes, throughput, time left and Cancel. The one place
 * where VS Code's cancellation token becomes an AbortSignal.
 */
export async function withFileProgress<T>(
  title: string,
  operation: (onProgress: Progress, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const controller = new AbortController();
    const listener = token.onCancellationRequested(() => {
      controller.abort();
    });
    const start = performance.now();
    let shownAt = start;
    let shownPercent = 0;
    try {
      return await operation((done, total) => {
        const now = performance.now();
        if (now - shownAt < 250) return;
        shownAt = now;
        const percent = total === 0 ? 100 : (100 * done) / total;
        progress.report({
          message: progressText(done, total, (now - start) / 1000),
          increment: percent - shownPercent,
        });
        shownPercent = percent;
      }, controller.signal);
    } finally {
      listener.dispose();
    }
  });
}

/** "512 MB of 1024 MB, 480 MB/s, 2 s left" */
export function progressText(done: number, total: number, seconds: number): string {
  const speed = done / Math.max(seconds, 1e-6);
  const left = Math.ceil((total - done) / Math.max(speed, 1));
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  return `${megabytes(done)} MB of ${megabytes(total)} MB, ${megabytes(speed)} MB/s, ${left} s left`;
}
