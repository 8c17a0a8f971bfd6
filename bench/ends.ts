import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type AgeFile, readAgeFile } from "../src/age/age";
import type { Input, Outcome, Output } from "../src/strategies/strategy";

/** The source or the target of bytes: an existing file, by its path, or memory. */
export type From = { readonly path: string } | { readonly bytes: Uint8Array };
export type To = { readonly path: string } | "memory";

/** Opens both ends of an operation until it ends. */
export async function withEnds(
  from: From,
  to: To,
  work: (input: Input, output: Output) => Promise<Outcome>,
): Promise<Outcome> {
  const opened: number[] = [];
  const open = (path: string, flags: "r" | "r+"): number => {
    const descriptor = openSync(path, flags);
    opened.push(descriptor);
    return descriptor;
  };
  try {
    return await work(
      "bytes" in from ? { kind: "memory", bytes: from.bytes } : fileInput(open(from.path, "r")),
      to === "memory" ? { kind: "memory" } : { kind: "file", descriptor: open(to.path, "r+") },
    );
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}

function fileInput(descriptor: number): Input {
  return { kind: "file", descriptor, size: fstatSync(descriptor).size };
}

/** Reads the header of an encrypted input. */
export async function headerOf(input: Input): Promise<AgeFile> {
  const file = await readAgeFile(beginningOf(input));
  await file.close();
  return file;
}

/** Yields the beginning of an input, as far as the reader asks for it. */
function* beginningOf(input: Input): Generator<Uint8Array> {
  if (input.kind === "memory") {
    yield input.bytes;
    return;
  }
  const piece = new Uint8Array(16 * 1024);
  for (let at = 0, read; (read = readSync(input.descriptor, piece, { position: at })) > 0;) {
    yield piece.slice(0, read);
    at += read;
  }
}
