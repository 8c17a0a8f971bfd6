import { words } from "./words";

/** The number of words, as in age: 110 bits. */
const wordCount = 10;

/**
 * Makes a passphrase of words, as age does if the user enters an empty one.
 *
 * @param random - draws so many unpredictable bytes.
 */
export function generatedPassphrase(random: (length: number) => Uint8Array): string {
  const bytes = random(2 * wordCount);
  const drawn = Array.from({ length: wordCount }, (_, index) => {
    const number = (bytes[2 * index] ?? 0) * 256 + (bytes[2 * index + 1] ?? 0);
    // 2048 divides the range of two bytes, so all words are equally likely.
    return words[number % words.length] ?? "";
  });
  bytes.fill(0);
  return drawn.join("-");
}
