/** The most characters and words of a label. A longer text is a sentence. */
const longestLabel = 40;
const mostWords = 4;

/** The words of headings, instructions and a program's own texts. They are nobody's name. */
const otherWords = new RegExp(
  String.raw`(?<!\p{L})(` +
    "keys?|recipients?|lines?|files?|lists?|people|persons?|users?|members?|everyone|everybody|" +
    "public|private|secrets?|age|ssh|cage|encrypt(ed|ion|s)?|decrypt(ed|ion|s)?|generated|" +
    "created|managed|edit(ed)?|add(ed)?|one|per|each|every|all|only|do|not|see|here|below|above|" +
    "this|these|those|the|who|can|must|should|you|your|yours|yourself|me|my|we|our|us|todo|note" +
    String.raw`)(?!\p{L})`,
  "iu",
);

/**
 * Finds the label in the one comment right above a recipient, such as `# alice`. Returns null if
 * the comment is something else, or may be.
 */
export function labelIn(comment: Uint8Array): string | null {
  if (comment.length > longestComment) return null;
  const text = new TextDecoder().decode(comment);
  // Control and format characters could make a question read differently from what it asks.
  const label = text.replace(/^#+/, "").replace(/\p{C}/gu, "").trim();
  return isLabel(label) ? label : null;
}

function isLabel(text: string): boolean {
  if (!/\p{L}/u.test(text) || /[.:;!?,"“”„«»]$/u.test(text)) return false;
  if (Array.from(text).length > longestLabel || text.split(/\s+/u).length > mostWords) return false;
  // A recipient in a comment, such as one that was commented out, must not pass for the next one.
  return !text.includes("age1") && !otherWords.test(text);
}

/** The most bytes of a comment that is a label, in whatever letters. */
const longestComment = 1024;
