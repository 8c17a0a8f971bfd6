import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  collect,
  decrypt,
  encrypt,
  openPayload,
  readAgeFile,
  unwrapFileKey,
} from "../../src/age/age";
import type { Identity, Recipient } from "../../src/age/identity";
import type * as primitives from "../../src/age/primitives";
import { ScryptIdentity, ScryptRecipient } from "../../src/age/scrypt";
import { X25519Identity } from "../../src/age/x25519";
import { ageError, bytes, plaintextOf, released } from "./kit";

// All values derived from a secret are kept, to check that they are zeroed.
const derived: Uint8Array[] = [];
vi.mock("../../src/age/primitives", async (original) => {
  const real = await original<typeof primitives>();
  const kept = <R extends Uint8Array | null>(result: R): R => {
    if (result !== null) derived.push(result);
    return result;
  };
  return {
    ...real,
    hkdf: (...args: Parameters<typeof real.hkdf>) => kept(real.hkdf(...args)),
    x25519: (...args: Parameters<typeof real.x25519>) => kept(real.x25519(...args)),
    scrypt: async (...args: Parameters<typeof real.scrypt>) => kept(await real.scrypt(...args)),
  };
});
const isZero = (key: Uint8Array): boolean => key.every((byte) => byte === 0);

const alice = X25519Identity.generate();
const sealed = (size: number): Promise<Uint8Array> =>
  collect(encrypt([plaintextOf(size)], [alice.recipient], "binary"));

const known = (passphrase: string): ScryptIdentity =>
  new ScryptIdentity(
    () => Promise.resolve(bytes(passphrase)),
    () => Promise.resolve(true),
  );

describe("keys are zeroed", () => {
  const captured: Uint8Array[] = [];
  const spying: Recipient = {
    type: "X25519",
    wrapFileKey: (fileKey) => {
      captured.push(fileKey);
      return alice.recipient.wrapFileKey(fileKey);
    },
  };
  const spyingIdentity: Identity = {
    unwrapFileKey: async (stanzas) => {
      const fileKey = await alice.unwrapFileKey(stanzas);
      if (fileKey !== null) captured.push(fileKey);
      return fileKey;
    },
  };
  beforeEach(() => {
    captured.length = derived.length = 0;
  });
  afterEach(() => {
    expect(derived.length).toBeGreaterThan(1);
    expect([...captured, ...derived].every(isZero)).toBe(true);
  });

  it.each(["binary", "armored"] as const)("after encrypting, %s", async (format) => {
    await collect(encrypt([plaintextOf(100_000)], [spying], format));
  });

  it.each(["binary", "armored"] as const)("when encrypting ends early, %s", async (format) => {
    for await (const piece of encrypt([plaintextOf(100_000)], [spying, alice.recipient], format)) {
      expect(captured.every(isZero)).toBe(false);
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect(derived.length).toBeGreaterThan(0);
  });

  it("when the source fails", async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield plaintextOf(100_000);
      await Promise.resolve();
      throw new Error("no source");
    }
    const { error } = await released(encrypt(failing(), [spying], "binary"));
    expect(error).toEqual(new Error("no source"));
  });

  it("after decrypting", async () => {
    await collect(decrypt([await sealed(100_000)], [X25519Identity.generate(), spyingIdentity]));
  });

  it("when decrypting ends early", async () => {
    for await (const piece of decrypt([await sealed(100_000)], [spyingIdentity])) {
      expect(piece.length).toBe(65536);
      break;
    }
  });

  it("when the payload is corrupt", async () => {
    const file = await sealed(100_000);
    const { error } = await released(decrypt([file.subarray(0, -1)], [spyingIdentity]));
    expect(error).toEqual(ageError("corrupt-payload"));
  });

  it("with a passphrase", async () => {
    const recipient = new ScryptRecipient(bytes("open sesame"), 4);
    const file = await collect(encrypt([bytes("x")], [recipient], "binary"));
    await collect(decrypt([file], [known("open sesame")]));
    await expect(collect(decrypt([file], [known("close sesame")]))).rejects.toThrow(
      ageError("incorrect-passphrase"),
    );
  });

  it("but not the file key of a caller of openPayload", async () => {
    const file = await readAgeFile([await sealed(10)]);
    const { fileKey } = await unwrapFileKey(file.header, [spyingIdentity]);
    await collect(openPayload(fileKey, file.payload));
    expect(isZero(fileKey)).toBe(false);
    fileKey.fill(0);
  });
});
