import { readAgeFile, unwrapFileKey } from "../../age/age";
import type { Identity, Recipient } from "../../age/identity";
import type { NativeStrategy } from "../../strategies/native/nativeStrategy";

/** The cipher of drafts, from memory to memory. */
export interface DraftCipher {
  /** Encrypts to one recipient, with a fresh file key. The caller keeps the plaintext. */
  encrypt(plaintext: Uint8Array, recipient: Recipient, signal?: AbortSignal): Promise<Uint8Array>;
  /** Decrypts a whole binary age file. @returns the plaintext, which the caller zeroes. */
  decrypt(ageFile: Uint8Array, identity: Identity, signal?: AbortSignal): Promise<Uint8Array>;
}

/**
 * Returns the cipher of drafts.
 *
 * @param native - Cage's own strategy: no program ever sees a draft.
 */
export function draftCipher(native: Pick<NativeStrategy, "encrypt" | "decrypt">): DraftCipher {
  return {
    encrypt: async (plaintext, recipient, signal) => {
      const { bytes } = await native.encrypt({
        input: { kind: "memory", bytes: plaintext },
        output: { kind: "memory" },
        format: "binary",
        recipients: [recipient],
        signal,
      });
      return inMemory(bytes);
    },
    decrypt: async (ageFile, identity, signal) => {
      const { header, format } = await readAgeFile([ageFile], signal);
      const { fileKey } = await unwrapFileKey(header, [identity], signal);
      try {
        const { bytes } = await native.decrypt({
          input: { kind: "memory", bytes: ageFile },
          output: { kind: "memory" },
          header,
          format,
          fileKey,
          signal,
        });
        return inMemory(bytes);
      } finally {
        fileKey.fill(0);
      }
    },
  };
}

function inMemory(bytes: Uint8Array | null): Uint8Array {
  if (bytes === null) throw new TypeError("the strategy left its result elsewhere");
  return bytes;
}
