/** The number of characters that are kept of what a program says: its last lines. */
const most = 8192;

/** The end of what a program says. It is treated as secret, and only looked through. */
export interface Spoken {
  add(bytes: Uint8Array | string): void;
  text(): string;
}

/** Keeps the end of a text that may have any length. */
export function spoken(): Spoken {
  const decoder = new TextDecoder("latin1");
  let kept = "";
  return {
    add(bytes) {
      const text = typeof bytes === "string" ? bytes : decoder.decode(bytes.subarray(-most));
      kept = (kept + text.slice(-most)).slice(-most);
    },
    text: () => kept,
  };
}
