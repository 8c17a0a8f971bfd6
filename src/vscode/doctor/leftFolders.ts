import type { Owner } from "../../strategies/cli/process/processIdentity";
import { leftStaging } from "../../strategies/cli/sweep";
import type { StagingFacts } from "./doctorFacts";

/**
 * The private folders that lie in some places without somebody who is known to use them.
 *
 * @param owner - who sweeps: what is left over for it goes when a window starts.
 * @param judge - the same, that takes nobody for alive whom it can't ask about.
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
