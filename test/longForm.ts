/** True with `CAGE_TEST_LONG=1`: slow tests then take every case instead of one in three. */
export const isLong = process.env["CAGE_TEST_LONG"] === "1";

/** The distance between the cases that a slow test takes. */
export const stride = isLong ? 1 : 3;

/**
 * Selects the cases that a slow test takes.
 *
 * @param turn - any number. Three numbers in a row select all cases together.
 */
export function casesOf<T>(all: readonly T[], turn: number): readonly T[] {
  return all.filter((_, index) => index % stride === turn % stride);
}
