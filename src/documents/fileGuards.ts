import { AgeError } from "../age/errors";
import type { Disk } from "./disk";
import type { FileFacts } from "./fileFacts";
import type { Existing } from "./placement";

/** The facts of a file to read. @throws AgeError "not-found" for anything but a file. */
export async function sourceFacts(source: string, disk: Disk): Promise<FileFacts> {
  const facts = await disk.facts(source);
  if (facts?.kind === "file") return facts;
  throw new AgeError("not-found", `${source} is ${whatElse(facts)}`, { path: source });
}

function whatElse(facts: FileFacts | null): string {
  if (facts === null) return "not there";
  return facts.kind === "folder"
    ? "a folder, not a file"
    : "a pipe, a socket or a device, not a file";
}

/** Writing a file onto itself would destroy it. @throws AgeError "already-exists". */
export async function refuseSameFile(source: string, target: string, disk: Disk): Promise<void> {
  if ((await disk.realPath(source)) !== (await disk.realPath(target))) return;
  throw new AgeError("already-exists", "the target is the source itself", { path: target });
}

/**
 * Looks at the files of an operation as it begins.
 *
 * @returns what throws AgeError "changed-on-disk" if the source, or a target that may be replaced, is
 * not the same any more: what was agreed on was not this file.
 */
export async function changeGuard(
  files: {
    readonly source?: string;
    readonly target: string;
    readonly existing: Existing;
  },
  disk: Disk,
): Promise<() => Promise<void>> {
  const { source, target, existing } = files;
  const watched = [
    ...(source === undefined ? [] : [source]),
    ...(existing === "replace" ? [target] : []),
  ];
  const look = async (path: string): Promise<string> => {
    const facts = await disk.facts(path);
    if (facts === null) return "none";
    // The source is open meanwhile, so it is known by more than its version.
    return path === source ? `${facts.id} ${facts.version}` : facts.version;
  };
  const before = new Map<string, string>();
  for (const path of watched) before.set(path, await look(path));
  return async () => {
    for (const [path, was] of before) {
      if ((await look(path)) === was) continue;
      throw new AgeError("changed-on-disk", `${path} changed meanwhile`, { path });
    }
  };
}
