import { markVariable } from "./processMark";
import { type Owner, ownedName } from "./processIdentity";

/**
 * The environment of a program that Cage starts: what it needs to run, and nothing of the user's.
 *
 * @param owner - who starts it, which marks it and all that it starts.
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
    // Its messages are read.
    LC_ALL: "C",
    TERM: "dumb",
    // rage would open a window of its own; without a value it asks on the terminal.
    PINENTRY_PROGRAM: "",
  };
}
