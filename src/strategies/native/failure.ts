import { AgeError } from "../../age/errors";
import type { Failure } from "./protocol";

/** Returns what another thread may learn of a failure: of an unexpected one only its kind. */
export function failureOf(error: unknown): Failure {
  if (error instanceof AgeError) {
    return { code: error.code, message: error.message, facts: error.facts };
  }
  const kind = error instanceof Error ? error.name : typeof error;
  return { code: null, message: `a worker failed (${kind})`, facts: {} };
}

/** The failure as it is thrown on this side. */
export function errorOf({ code, message, facts }: Failure): AgeError {
  return new AgeError(code ?? "worker-failed", message, facts);
}
