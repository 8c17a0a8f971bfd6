import { AgeError } from "../../age/errors";
import {
  findMemoryPlace,
  makeStagingFolder,
  removeStagingFolder,
  type StagingFolder,
} from "./ramFolder";
import type { ProgramSurroundings } from "./surroundings";

/** The private folders of one call, made when they are needed. */
export interface Staging {
  /** For keys: they never go to a disk. @throws AgeError "strategy-unable". */
  readonly memoryFolder: () => Promise<StagingFolder>;
  /** For documents. @throws AgeError "strategy-unable". */
  readonly folder: () => Promise<StagingFolder>;
  /** Removes them with all in them. */
  readonly close: () => Promise<void>;
}

/**
 * @param documents - whether documents may be staged on the disk, if the user allows that.
 */
export function stagingOf(
  here: ProgramSurroundings,
  documents: "in memory" | "on the disk where allowed",
): Staging {
  const made: StagingFolder[] = [];
  const make = async (mayBeDisk: boolean): Promise<StagingFolder> => {
    const place = await findMemoryPlace(here.memoryParents);
    const chosen =
      place.kind === "none" && mayBeDisk && here.allowsDiskStaging()
        ? ({ kind: "disk", parent: here.diskParent } as const)
        : place;
    if (chosen.kind === "none") throw new AgeError("strategy-unable", chosen.reason);
    const known = made.find(({ kind }) => kind === chosen.kind);
    if (known !== undefined) return known;
    const folder = await makeStagingFolder(chosen, here.owner);
    made.push(folder);
    return folder;
  };
  return {
    memoryFolder: () => make(false),
    folder: () => make(documents !== "in memory"),
    close: async (): Promise<void> => {
      for (const folder of made) await removeStagingFolder(folder);
    },
  };
}
