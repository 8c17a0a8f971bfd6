import type { Owner } from "../../strategies/cli/process/processIdentity";
import { leftStaging } from "../../strategies/cli/sweep";
import type { StagingFacts } from "./doctorFacts";

/**
 * Finds the private folders that are not known to be in use.
 *
 * @param owner - the one who sweeps: a starting window removes the folders that are left over for
 * it.
 * @param judge - the same, but it takes nobody for alive whom it can't check.
 */
export async function stagingFacts(
  parents: readonly string[],
  owner: Owner,
  judge: Owner,
): Promise<StagingFacts> {
  const leftFor = async (whom: Owner): Promise<readonly string[]> =>
    (await Promise.all(parents.map((parent) => leftStaging(parent, whom)))).flat();
  const left = await leftFor(owner);
  const unknown = (await leftFor(judge)).filter((path) => !left.includes(path));
  return { left, unknown };
}
