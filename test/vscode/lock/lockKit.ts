import { Documents } from "../../../src/documents/documents";
import type { AwayTabs } from "../../../src/vscode/drafts/awayTabs";
import type { DraftKeeper } from "../../../src/vscode/drafts/draftKeeper";
import type { DiskComparison } from "../../../src/vscode/editor/diskComparison";
import type { CageFileSystem } from "../../../src/vscode/editor/fileSystemProvider";
import { OpenRequests } from "../../../src/vscode/editor/plaintextRequests";
import { editorText } from "../../../src/vscode/editorTexts";
import { Lock } from "../../../src/vscode/lock/lock";
import { documentUri } from "../../../src/vscode/uris";
import { desk } from "../../documents/kit";

/** A file, and its document. */
export const path = "/w/a.age";
export const uri = documentUri(path);

/** A window that can be locked. @param targets - those of drafts, by file. */
export async function locking(targets: ReadonlyMap<string, object> = new Map()) {
  const { context, keyring } = await desk();
  const documents = new Documents(context, () => undefined, editorText);
  const requests = new OpenRequests();
  const files = { refresh: () => undefined, dropMatches: () => undefined };
  const steps: string[] = [];
  const comparison = { clear: () => steps.push("cleared") };
  const keeper = {
    setAside: () => Promise.resolve(targets),
    ...{ release: () => Promise.resolve(), leave: () => Promise.resolve() },
  };
  const away = {
    add: (one: string, comes = "for its draft") => steps.push(`${one} ${comes}`),
    stop: (reason: string) => steps.push(reason),
  };
  const lock = new Lock(
    ...([documents, keyring, requests, files as unknown as CageFileSystem] as const),
    ...([comparison as unknown as DiskComparison, keeper as unknown as DraftKeeper] as const),
    away as unknown as AwayTabs,
  );
  return { lock, keyring, requests, documents, steps };
}

/** A tab. */
export const tabOf = (input: unknown, isDirty = false, isActive = false) => ({
  ...{ label: "a tab", input, isDirty, isActive },
});
