import type { Format } from "../../age/age";
import type { AgeProgram } from "./program";

/** The way in which a program gets its key. */
export type KeyRoute =
  /** Recipients or identities in an inherited descriptor, 3. */
  | "keys"
  /** A passphrase in an inherited descriptor, 3, through age-plugin-batchpass. */
  | "batchpass"
  /** A passphrase that is typed on a pseudo-terminal. */
  | "terminal";

/** The descriptor that holds the key. */
const keyDescriptor = 3;

/** Returns the route of a passphrase to a program. */
export function passphraseRoute(program: AgeProgram): Exclude<KeyRoute, "keys"> {
  return program.takesPassphrases ? "batchpass" : "terminal";
}

/** The work that a program is asked to do. */
export interface ProgramCommand {
  readonly operation: "encrypt" | "decrypt";
  readonly format: Format;
  readonly route: KeyRoute;
  /** The paths of input and output; null if they are stdin and stdout. */
  readonly paths: { readonly input: string; readonly output: string } | null;
}

/** Returns the arguments of age or rage for the work. They contain no key. */
export function programArguments({
  operation,
  format,
  route,
  paths,
}: ProgramCommand): readonly string[] {
  return [
    ...keyArguments[operation][route],
    ...(operation === "encrypt" && format === "armored" ? ["-a"] : []),
    ...(paths === null ? [] : ["-o", paths.output, paths.input]),
  ];
}

const keyArguments: Readonly<
  Record<ProgramCommand["operation"], Record<KeyRoute, readonly string[]>>
> = {
  encrypt: {
    keys: ["-e", "-R", `/dev/fd/${keyDescriptor}`],
    batchpass: ["-e", "-j", "batchpass"],
    terminal: ["-e", "-p"],
  },
  decrypt: {
    keys: ["-d", "-i", `/dev/fd/${keyDescriptor}`],
    batchpass: ["-d", "-j", "batchpass"],
    terminal: ["-d"],
  },
};

/** Returns the variables that a route adds to the program's environment. */
export function routeEnvironment(route: KeyRoute): Readonly<Record<string, string>> {
  return route === "batchpass" ? { AGE_PASSPHRASE_FD: String(keyDescriptor) } : {};
}
