import type { Report } from "../../strategies/strategy";
import type { Prompts } from "./prompts";

/** The questions that may come up in a search for a key. */
export type KeyPrompts = Pick<Prompts, "passphrase" | "acceptWork" | "warnExposed">;

/**
 * Measures the time that a key takes, from the user's last answer on. The time in which the user
 * thinks and types does not count.
 *
 * @returns the prompts to use instead, and a function that returns the time in seconds.
 */
export function timedPrompts(prompts: Prompts): {
  readonly prompts: KeyPrompts;
  readonly seconds: () => number;
} {
  let since = performance.now();
  const answered = <T>(answer: T): T => {
    since = performance.now();
    return answer;
  };
  return {
    prompts: {
      passphrase: (request) => prompts.passphrase(request).then(answered),
      acceptWork: (path, logN) => prompts.acceptWork(path, logN).then(answered),
      warnExposed: (identityFile) => {
        prompts.warnExposed(identityFile);
      },
    },
    seconds: () => (performance.now() - since) / 1000,
  };
}

/** Adds the time that the key took to the report of a decryption. */
export function withKeyTime(report: Report, { seconds }: { readonly seconds: number }): Report {
  return { ...report, seconds: report.seconds + seconds };
}
