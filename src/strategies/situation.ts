import { AgeError, type AgeErrorCode } from "../age/errors";
import type { AgeProgram } from "./cli/program";
import { findMemoryPlace, type StagingPlace } from "./cli/transfer/privateFolder";
import type { ProgramSurroundings } from "./cli/programContext";

/** A program that is missing or can't be used, with a sentence that says so. */
export interface MissingProgram {
  readonly missing: string;
  /** The code of its failure; "program-not-found" if absent. */
  readonly code?: AgeErrorCode;
}

/** The facts of this machine on which the choice of a strategy rests. */
export interface Situation {
  readonly platform: NodeJS.Platform;
  /** True if programs may be started: not in a workspace that the user does not trust. */
  readonly isTrusted: boolean;
  /** The program, or a sentence about its absence. */
  readonly program: AgeProgram | MissingProgram;
  readonly hasPty: boolean;
  /** The place for private files in memory. */
  readonly memory: StagingPlace;
  readonly allowsDiskStaging: boolean;
}

/**
 * Looks up the facts of this machine for the selection of a strategy.
 *
 * @param signal - stops the search.
 * @throws the signal's reason.
 */
export async function situationOf(
  here: ProgramSurroundings,
  signal?: AbortSignal,
): Promise<Situation> {
  const around = { platform: here.platform, isTrusted: here.isTrusted() };
  return {
    ...around,
    program: mayRunPrograms(around)
      ? await programOf(here, signal)
      : { missing: "Cage does not look for it" },
    hasPty: here.pty() !== null,
    memory: await findMemoryPlace(here.memoryParents),
    allowsDiskStaging: here.allowsDiskStaging(),
  };
}

/** Tells whether Cage may start a program, even if only to ask for its version. */
export function mayRunPrograms({
  platform,
  isTrusted,
}: Pick<Situation, "platform" | "isTrusted">): boolean {
  return isTrusted && platform === "linux";
}

async function programOf(
  here: ProgramSurroundings,
  signal: AbortSignal | undefined,
): Promise<Situation["program"]> {
  try {
    return await here.find(signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof AgeError) return { missing: error.message, code: error.code };
    throw error;
  }
}
