import type { AgeProgram } from "../../src/strategies/cli/program";
import type { Situation } from "../../src/strategies/situation";

/** Describes a Linux machine with age 1.1.1, with a test's changes. */
export function situation(
  change: Partial<Situation> = {},
  program: Partial<AgeProgram> = {},
): Situation {
  return {
    ...({ platform: "linux", isTrusted: true, hasPty: true, allowsDiskStaging: false } as const),
    memory: { kind: "memory", parent: "/dev/shm" },
    program: {
      ...({ path: "/usr/bin/age", kind: "age", version: "1.1.1", pluginPath: "/usr/bin" } as const),
      ...{ takesPassphrases: false, postQuantum: false, ...program },
    },
    ...change,
  };
}
