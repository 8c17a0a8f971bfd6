import type { Format, Header } from "../../../age/age";
import { AgeError } from "../../../age/errors";
import { payloadNonceSize, payloadPlaintextSize } from "../../../age/payload";
import { sealedSize } from "../../native/runPlan";

/**
 * A guess at how many bytes a program will write, by what it has written first; null if that does
 * not tell. Memory is reserved by this guess: what comes may be longer or shorter.
 */
export type ExpectedLength = (beginning: Uint8Array) => number | null;

/** Nobody can tell. */
export const unknownLength: ExpectedLength = () => null;

/** The length of an encrypted file: that of the header, which the program makes, tells it. */
export function encryptedLength(format: Format, plaintextSize: number): ExpectedLength {
  if (format === "armored") return unknownLength;
  return (beginning) => {
    const header = headerLength(beginning);
    return header === null ? null : header + payloadNonceSize + sealedSize(plaintextSize);
  };
}

/** The length of the plaintext of a file. */
export function decryptedLength(format: Format, header: Header, fileSize: number): ExpectedLength {
  if (format === "armored") return unknownLength;
  try {
    const size = payloadPlaintextSize(fileSize - header.bytes.length);
    return () => size;
  } catch (error) {
    // No file has this length; the program will say so.
    if (error instanceof AgeError) return unknownLength;
    throw error;
  }
}

/** Measures the header that something begins with, up to the end of the line of its MAC. */
function headerLength(beginning: Uint8Array): number | null {
  const text = Buffer.from(beginning.buffer, beginning.byteOffset, beginning.length);
  const mac = text.indexOf("\n--- ");
  const end = mac < 0 ? -1 : text.indexOf("\n", mac + 1);
  return end < 0 ? null : end + 1;
}
