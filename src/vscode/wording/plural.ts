/** Writes "1 file", "3 files"; "2 identities" if the plural is given. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/**
 * Lists the first of some things, and counts the others: "a, b and 3 more".
 *
 * @param most - the most things to list.
 * @param hint - a text that follows the count.
 */
export function listFirst<Thing>(
  things: readonly Thing[],
  most: number,
  textOf: (thing: Thing) => string,
  hint = "",
): string {
  const texts = things.slice(0, most).map((one) => textOf(one));
  const more = things.length - most;
  return more > 0 ? `${texts.join(", ")} and ${more} more${hint}` : texts.join(", ");
}
