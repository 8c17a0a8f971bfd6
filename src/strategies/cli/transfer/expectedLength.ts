import type { Format, Header } from "../../../age/age";
import { AgeError } from "../../../age/errors";
import { payloadNonceSize, payloadPlaintextSize } from "../../../age/payload";
import { sealedSize } from "../../../age/chunks";

/**
 * A guess at the number of bytes that a program will write, from the first ones that it wrote; null
 * if they do not tell. Cage only reserves memory by it: the output may be longer or shorter.
 */
export type ExpectedLength = (beginning: Uint8Array) => number | null;

/** The guess if nobody can tell. */
export const unknownLength: ExpectedLength = () => null;

/** Guesses the length of an encrypted file from that of the header, which the program makes. */
export function encryptedLength(format: Format, plaintextSize: number): ExpectedLength {
  if (format === "armored") return unknownLength;
  return (beginning) => {
    const header = headerLength(beginning);
    return header === null ? null : header + payloadNonceSize + sealedSize(plaintextSize);
  };
}

/** Guesses the length of a file's plaintext. */
export function decryptedLength(format: Format, header: Header, fileSize: number): ExpectedLength {
  if (format === "armored") return unknownLength;
  try {
    const size = payloadPlaintextSize(fileSize - header.bytes.length);
    return () => size;
  } catch (error) {
    // No file has this length. The program will say so.
    if (error instanceof AgeError) return unknownLength;
    throw error;
  }
}

/** Measures the header at the beginning, up to the end of the MAC's line, or returns null. */
function headerLength(beginning: Uint8Array): number | null {
  const text = Buffer.from(beginning.buffer, beginning.byteOffset, beginning.length);
  const mac = text.indexOf("\n--- ");
  const end = mac < 0 ? -1 : text.indexOf("\n", mac + 1);
  return end < 0 ? null : end + 1;
}
