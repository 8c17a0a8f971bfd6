import fc from "fast-check";
import { expect, it } from "vitest";

import { AgeError } from "../../src/age/errors";
import { parseIdentityFile } from "../../src/keys/identityFile";
import { parseRecipientsFile } from "../../src/keys/recipientsFile";

/** Lines made of pieces that the grammars know, and of bytes that they do not. */
const content = fc
  .array(
    fc.oneof(
      fc.constantFrom("#", "\n", "\r\n", " ", "age1", "1", "AGE-SECRET-KEY-1", "AGE-PLUGIN-X-1"),
      fc.constantFrom("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "ssh-rsa ", "q"),
      fc.string(),
      fc.string({ unit: "binary" }),
    ),
  )
  .map((pieces) => new TextEncoder().encode(pieces.join("")));

const parsers = [
  ["an identity file", parseIdentityFile],
  ["a recipients file", parseRecipientsFile],
] as const;

it.each(parsers)(
  "%s of any bytes is read or refused by an AgeError with its path",
  async (_, parse) => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(content, fc.uint8Array({ maxLength: 200 })), async (bytes) => {
        const before = bytes.slice();
        try {
          await parse(bytes, "/x");
        } catch (error) {
          if (!(error instanceof AgeError)) throw error;
          expect(error.facts.path).toBe("/x");
        }
        expect(bytes).toEqual(before);
      }),
      { numRuns: 2000 },
    );
  },
);
