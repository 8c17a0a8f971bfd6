import { markVariable } from "./processMark";
import { type Owner, ownedName } from "./processIdentity";

/**
 * Makes the environment of a program that Cage starts. It has what the program needs to run, and
 * nothing else of the user's.
 *
 * @param owner - the process that starts it. Its mark is on the program and all that it starts.
 */
export function programEnvironment(
  path: string,
  home: string,
  owner: Owner,
): Record<string, string> {
  return {
    [markVariable]: ownedName(owner),
    PATH: path,
    HOME: home,
    // Cage reads its messages.
    LC_ALL: "C",
    TERM: "dumb",
    // rage would open a window of its own. With an empty value it asks on the terminal.
    PINENTRY_PROGRAM: "",
  };
}
