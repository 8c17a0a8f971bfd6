import { AgeError } from "../../age/errors";
import type { Failure } from "./protocol";

/** Makes a failure for another thread. Of an unexpected error it only tells the kind. */
export function failureOf(error: unknown): Failure {
  if (error instanceof AgeError) {
    return { code: error.code, message: error.message, facts: error.facts };
  }
  const kind = error instanceof Error ? error.name : typeof error;
  return { code: null, message: `a worker failed (${kind})`, facts: {} };
}

/** Makes the error for this thread from a failure of another one. */
export function errorOf({ code, message, facts }: Failure): AgeError {
  return new AgeError(code ?? "worker-failed", message, facts);
}
