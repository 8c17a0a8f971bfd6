import { AgeError } from "../../age/errors";
import type { Situation } from "../selectStrategy";
import { findMemoryPlace } from "./ramFolder";
import type { ProgramSurroundings } from "./surroundings";

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
  // On other systems none is started, not even for its version.
  const mayRun = here.isTrusted() && here.platform === "linux";
  return {
    platform: here.platform,
    isTrusted: here.isTrusted(),
    program: mayRun ? await programOf(here, signal) : { missing: "it is not looked for" },
    hasPty: here.pty() !== null,
    memory: await findMemoryPlace(here.memoryParents),
    allowsDiskStaging: here.allowsDiskStaging(),
  };
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
