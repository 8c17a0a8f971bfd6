import { AgeError, type AgeErrorCode } from "../age/errors";
import type { AgeProgram } from "./cli/program";
import { findMemoryPlace, type StagingPlace } from "./cli/transfer/privateFolder";
import type { ProgramSurroundings } from "./cli/programContext";

/** A program that is missing or can't be used, with what is said of it. */
export interface MissingProgram {
  readonly missing: string;
  /** The code of what went wrong with it; "program-not-found" unless told. */
  readonly code?: AgeErrorCode;
}

/** The facts of this machine on which the choice of a strategy rests. */
export interface Situation {
  readonly platform: NodeJS.Platform;
  /** True if programs may be started: not in a workspace that the user does not trust. */
  readonly isTrusted: boolean;
  /** The program, or what is said of its absence. */
  readonly program: AgeProgram | MissingProgram;
  readonly hasPty: boolean;
  /** The place of private files in memory. */
  readonly memory: StagingPlace;
  readonly allowsDiskStaging: boolean;
}

/**
 * Looks what there is on this machine, for the selection of a strategy.
 *
 * @param signal - stops the looking.
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
      : { missing: "it is not looked for" },
    hasPty: here.pty() !== null,
    memory: await findMemoryPlace(here.memoryParents),
    allowsDiskStaging: here.allowsDiskStaging(),
  };
}

/** Tells whether a program may be started, if only to tell its version. */
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
