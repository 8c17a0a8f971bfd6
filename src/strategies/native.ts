import { encrypt, openPayload, type Source } from "../age/age";
import { engine } from "../age/primitives";
import type { Operation, Report, Strategy } from "./strategy";

/**
 * The strategy that runs inside the extension host, on our own format code.
 *
 * @param now - a monotonic clock in milliseconds.
 */
export function nativeStrategy(now: () => number): Strategy {
  return {
    name: "native",
    encrypt(source, recipients, format, signal): Operation {
      const plaintext = counted(source);
      return measured(
        "encrypt",
        encrypt(plaintext.source, recipients, format, signal),
        plaintext.bytes,
        now,
      );
    },
    decrypt(file, fileKey, signal): Operation {
      const plaintext = counted(openPayload(fileKey, file.payload, signal));
      return measured("decrypt", plaintext.source, plaintext.bytes, now);
    },
  };
}

/** A source that counts what passes. */
function counted(source: Source): { source: AsyncIterable<Uint8Array>; bytes: () => number } {
  let bytes = 0;
  async function* counting(): AsyncGenerator<Uint8Array> {
    for await (const piece of source) {
      bytes += piece.length;
      yield piece;
    }
  }
  return { source: counting(), bytes: () => bytes };
}

function measured(
  operation: Report["operation"],
  output: AsyncIterable<Uint8Array>,
  bytes: () => number,
  now: () => number,
): Operation {
  let seconds = 0;
  async function* timed(): AsyncGenerator<Uint8Array> {
    const start = now();
    yield* output;
    seconds = (now() - start) / 1000;
  }
  return {
    output: timed(),
    report: () => ({
      operation,
      strategy: "native",
      engine: engine(),
      bytes: bytes(),
      seconds,
      reason: "it supports everything that this file needs",
    }),
  };
}
