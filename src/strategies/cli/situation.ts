import { AgeError } from "../../age/errors";
import type { Situation } from "../selectStrategy";
import { findMemoryPlace } from "./ramFolder";
import type { ProgramSurroundings } from "./surroundings";

/** Looks what there is on this machine, for the selection of a strategy. */
export async function situationOf(here: ProgramSurroundings): Promise<Situation> {
  // On other systems none is started, not even for its version.
  const mayRun = here.isTrusted() && here.platform === "linux";
  return {
    platform: here.platform,
    isTrusted: here.isTrusted(),
    program: mayRun ? await programOf(here) : { missing: "it is not looked for" },
    hasPty: here.pty() !== null,
    memory: await findMemoryPlace(here.memoryParents),
    allowsDiskStaging: here.allowsDiskStaging(),
  };
}

async function programOf(here: ProgramSurroundings): Promise<Situation["program"]> {
  try {
    return await here.find();
  } catch (error) {
    if (error instanceof AgeError) return { missing: error.message, code: error.code };
    throw error;
  }
}
