import { basename, relative } from "node:path";
import { Turns } from "../../age/turns";
import { readGlob, type Glob } from "./glob";

/** A rule of the settings: files that match the glob are encrypted to these recipients. */
export interface RecipientsRule {
  readonly glob: string;
  readonly recipients: readonly string[];
  /** The reason why the glob can't be read. Such a rule stops every file that comes to it. */
  readonly problem?: string;
}

/** The rules that may apply to a file, in their order. */
export interface FolderRules {
  /** The folder to which the globs are relative. */
  readonly folder: string;
  readonly rules: readonly RecipientsRule[];
}

/**
 * Finds the first rule that applies to a file. As in a `.gitignore`, a glob without a slash matches
 * the file's name in every folder.
 *
 * A rule whose glob can't be read applies, too: to skip it might give the file other recipients.
 *
 * @returns null if no rule applies.
 */
export async function findRule(
  path: string,
  { folder, rules }: FolderRules,
  signal?: AbortSignal,
): Promise<RecipientsRule | null> {
  const below = relative(folder, path).replaceAll("\\", "/");
  const turns = new Turns(16);
  for (const rule of rules) {
    const pause = turns.step(signal);
    if (pause !== null) await pause;
    const glob = known(rule.glob);
    if (typeof glob === "string") return { ...rule, problem: glob };
    const name = rule.glob.includes("/") ? below : basename(below);
    if (await glob.matches(name, turns, signal)) return rule;
  }
  return null;
}

/** The globs that were already read: a batch asks for each of its files. */
const globs = new Map<string, Glob | string>();

/** The most globs that are kept: more than anybody's settings have. */
const mostGlobs = 1000;

function known(text: string): Glob | string {
  const found = globs.get(text);
  if (found !== undefined) return found;
  const read = readGlob(text);
  if (globs.size >= mostGlobs) globs.clear();
  globs.set(text, read);
  return read;
}
