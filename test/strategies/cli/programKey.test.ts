import { describe, expect, it } from "vitest";
import { ScryptRecipient } from "../../../src/age/scrypt";
import { keyOfRecipients } from "../../../src/strategies/cli/programKey";
import { ageError, bytes, text } from "../../age/kit";
import { alice } from "./kit";

const typed = (passphrase: Uint8Array): ScryptRecipient => new ScryptRecipient(passphrase);
const ofCage = { type: "own", wrapFileKey: () => Promise.resolve([]) };

describe("the key that a program is given", () => {
  it("is a line for each recipient", () => {
    const key = keyOfRecipients([alice.recipient, alice.recipient]);
    const line = `${alice.recipient.toString()}\n`;
    expect(key.kind === "keys" && text(key.text)).toBe(line + line);
  });

  it("is a passphrase", () => {
    const passphrase = bytes("x");
    expect(keyOfRecipients([typed(passphrase)])).toEqual({ kind: "passphrase", passphrase });
  });

  it.each([
    ["no-recipients", []],
    ["strategy-unable", [alice.recipient, ofCage]],
    ["incompatible-recipients", [alice.recipient, typed(bytes("x"))]],
    ["incompatible-recipients", [typed(bytes("x")), typed(bytes("x"))]],
  ] as const)("is %s", (code, recipients) => {
    expect(() => keyOfRecipients(recipients)).toThrow(ageError(code));
  });

  it.each([0, 1, 20])(
    "is no passphrase of zeros: one that was wiped too early, of %i",
    (length) => {
      expect(() => keyOfRecipients([typed(new Uint8Array(length))])).toThrow(
        ageError("invalid-recipient"),
      );
    },
  );
});
