import { resolve } from "node:path";
import { AgeError } from "../age/errors";
import type { DescribedFile, Disk } from "./disk";
import { changeGuard, refuseSameFile, sourceFacts } from "./fileGuards";
import type { Existing } from "./placement";

/** A source that is open, and what was seen of it and of the target when it was opened. */
export interface OpenSource {
  readonly file: DescribedFile;
  /** Real paths: partials and records are about files, not about the links to them. */
  readonly source: string;
  readonly target: string;
  /** Throws AgeError "changed-on-disk" if source or target are not what they were. */
  readonly confirmUnchanged: () => Promise<void>;
}

/**
 * Opens the source of an operation, which the caller closes.
 *
 * @throws AgeError "not-found" for anything but a file, "already-exists" for a target that is the source
 * or that is there and to be kept.
 */
export async function openSource(
  files: { readonly source: string; readonly target: string; readonly existing: Existing },
  disk: Disk,
): Promise<OpenSource> {
  const { id, version } = await sourceFacts(files.source, disk);
  await refuseSameFile(files.source, files.target, disk);
  const target = await disk.realPath(resolve(files.target));
  if (files.existing === "keep" && (await disk.facts(target)) !== null) {
    throw new AgeError("already-exists", "a file with that name already exists", { path: target });
  }
  const confirmUnchanged = await changeGuard(files, disk);
  const file = await disk.openForReading(files.source);
  if (file.facts.id === id && file.facts.version === version) {
    return { file, source: await disk.realPath(files.source), target, confirmUnchanged };
  }
  await file.close();
  throw new AgeError("source-changed", "it changed as it was opened", { path: files.source });
}
