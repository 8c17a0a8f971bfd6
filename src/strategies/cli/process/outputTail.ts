/** The number of characters to keep of a program's messages: the last lines. */
const most = 8192;

/** The end of a program's messages. It is secret: Cage only searches it. */
export interface Spoken {
  add(bytes: Uint8Array | string): void;
  text(): string;
}

/** Makes a store for the end of a text of any length. */
export function spoken(): Spoken {
  const decoder = new TextDecoder("latin1");
  let tail = "";
  return {
    add(bytes) {
      const text = typeof bytes === "string" ? bytes : decoder.decode(bytes.subarray(-most));
      tail = (tail + text.slice(-most)).slice(-most);
    },
    text: () => tail,
  };
}
