import * as vscode from "vscode";
import type { BatchPlan } from "../../documents/files/planBatch";
import { abortable } from "../status/progress";
import type { SourceKind } from "./sources";

/** Makes a plan. For folders, which may hold very many files, it shows a progress with Cancel. */
export async function planned(
  kind: SourceKind,
  plan: (signal?: AbortSignal) => Promise<BatchPlan>,
): Promise<BatchPlan> {
  if (kind === "files") return plan();
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: "Looking through the folder",
      cancellable: true,
    },
    (_, token) => abortable(token, plan),
  );
}
