/** The environment of a program that Cage starts: what it needs to run, and nothing of the user's. */
export function programEnvironment(path: string, home: string): Record<string, string> {
  return {
    PATH: path,
    HOME: home,
    // Its messages are read.
    LC_ALL: "C",
    TERM: "dumb",
    // rage would open a window of its own; without a value it asks on the terminal.
    PINENTRY_PROGRAM: "",
  };
}
