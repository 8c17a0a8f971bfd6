import { utf8 } from "../../age/bytes";

/**
 * Shortens a name to so many bytes of UTF-8, and cuts no character in two.
 *
 * @param kept - the part that stays.
 */
export function shortened(name: string, longest: number, kept: "beginning" | "end"): string {
  const characters = Array.from(name);
  while (utf8(characters.join("")).length > longest) {
    if (kept === "beginning") characters.pop();
    else characters.shift();
  }
  return characters.join("");
}
