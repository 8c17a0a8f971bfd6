import type { Report } from "../../strategies/strategy";
import type { Prompts } from "./prompts";

/** The questions of whoever looks for a key. */
export type KeyPrompts = Pick<Prompts, "passphrase" | "acceptWork" | "warnExposed">;

/**
 * Measures the time that a key takes, since the user's last answer: that in which the user thinks
 * and types is none of the work.
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

/** The report of a decryption, with the time that its key took. */
export function withKeyTime(report: Report, { seconds }: { readonly seconds: number }): Report {
  return { ...report, seconds: report.seconds + seconds };
}
