// What stops a script.

/** Something that a person can mend; the message says how, so it is shown without a stack. */
export class Problem extends Error {}

/** @param {unknown} error */
export function showError(error) {
  console.error(error instanceof Problem ? error.message : error);
}
