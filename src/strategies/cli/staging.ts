import { AgeError } from "../../age/errors";
import {
  findMemoryPlace,
  makeStagingFolder,
  removeStagingFolder,
  type StagingFolder,
  type StagingPlace,
} from "./transfer/privateFolder";
import type { ProgramSurroundings } from "./programContext";

/** The private folders of one call. Each is made when it is needed. */
export interface Staging {
  /** Makes the folder for keys, which never go to a disk. @throws AgeError "strategy-unable". */
  readonly memoryFolder: () => Promise<StagingFolder>;
  /**
   * Makes the folder for documents. It is on the disk only if the user allows it. @throws AgeError
   * "strategy-unable".
   */
  readonly documentFolder: () => Promise<StagingFolder>;
  /** Makes the folder for everything without content, such as pipes. */
  readonly emptyFolder: () => Promise<StagingFolder>;
  /** Removes the folders with everything in them. */
  readonly close: () => Promise<void>;
}

/** Prepares the private folders of one call. */
export function stagingOf(here: ProgramSurroundings): Staging {
  const made: StagingFolder[] = [];
  let memory: Promise<StagingPlace> | null = null;
  const make = async (mayBeDisk: boolean): Promise<StagingFolder> => {
    const place = await (memory ??= findMemoryPlace(here.memoryParents));
    const chosen =
      place.kind === "none" && mayBeDisk
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
    documentFolder: () => make(here.allowsDiskStaging()),
    emptyFolder: () => make(true),
    close: async () => {
      for (const folder of made) await removeStagingFolder(folder);
    },
  };
}
