// The problems that stop a script.

/** A problem that a person can solve. Its message says how, so it is shown without a stack. */
export class Problem extends Error {}

/** @param {unknown} error */
export function showError(error) {
  console.error(error instanceof Problem ? error.message : error);
}
