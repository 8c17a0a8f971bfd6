import { dirname } from "node:path";
import { AgeError } from "../../age/errors";
import { ProgramFinder, programName } from "../../strategies/cli/program";
import type { ProgramPlaces } from "../../strategies/cli/programSearch";
import { mayRunPrograms, type Situation } from "../../strategies/situation";
import type { OtherProgram } from "./doctorFacts";

/**
 * Asks each of these programs for its name and version, except the one in use. If programs may not
 * run, it starts none, and it never starts one from the workspace.
 *
 * @param patience - the time that each may take, as for {@link ProgramFinder}.
 */
export function otherPrograms(
  paths: readonly string[],
  here: Situation,
  places: ProgramPlaces,
  patience?: number,
): Promise<readonly OtherProgram[]> {
  const { program } = here;
  const mayRun = mayRunPrograms(here);
  const others = paths.filter((path) => "missing" in program || path !== program.path);
  return Promise.all(
    others.map(async (path) => ({
      path,
      says: mayRun ? await whatItSays(path, places, patience) : null,
    })),
  );
}

async function whatItSays(path: string, places: ProgramPlaces, patience?: number): Promise<string> {
  const find = (where: Partial<ProgramPlaces>) =>
    new ProgramFinder(() => ({ ...places, ...where }), patience).find();
  // A setting may lead into the workspace; only programs found on a PATH are kept out of it.
  const first = await find({ setting: "", path: dirname(path) }).catch(codeOf);
  if (first === "program-not-found") return notStarted;
  if (typeof first !== "string" && first.path === path) return programName(first);
  const found = await find({ setting: path }).catch(codeOf);
  if (typeof found !== "string") return programName(found);
  return found === "program-not-found" ? notStarted : "unknown version";
}

const notStarted = "not started: it can't be run, or it lies in the workspace";

function codeOf(error: unknown): AgeError["code"] {
  if (error instanceof AgeError) return error.code;
  throw error;
}
