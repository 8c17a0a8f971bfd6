import { describe, expect, it, vi } from "vitest";
import type { Stanza } from "../../src/age/age";
import * as primitives from "../../src/age/primitives";
import {
  defaultLogN,
  ScryptIdentity,
  ScryptRecipient,
  soleScryptStanza,
} from "../../src/age/scrypt";
import { ageError, bytes, expectBytes } from "./kit";

const passphrase = bytes("correct horse battery staple");
const fileKey = bytes("YELLOW SUBMARINE");
const logN = 4;

const wrapped = async (): Promise<Stanza> => {
  const [stanza] = await new ScryptRecipient(passphrase, logN).wrapFileKey(fileKey);
  if (stanza === undefined) throw new Error("no stanza");
  return stanza;
};

/** Makes an identity that records its questions. */
function asked(
  answer: Uint8Array | null,
  accept = true,
): { identity: ScryptIdentity; log: string[] } {
  const log: string[] = [];
  const identity = new ScryptIdentity(
    () => {
      log.push("passphrase");
      return Promise.resolve(answer);
    },
    (work) => {
      log.push(`work ${work}`);
      return Promise.resolve(accept);
    },
  );
  return { identity, log };
}

describe("a passphrase", () => {
  it("unwraps what it wrapped, in bytes of any value", async () => {
    for (const secret of [
      passphrase,
      bytes("p\u00e4ss \u{1f511}\n"),
      Uint8Array.of(0, 255, 10, 13),
    ]) {
      const stanzas = await new ScryptRecipient(secret, logN).wrapFileKey(fileKey);
      const { identity, log } = asked(secret.slice());
      expectBytes((await identity.unwrapFileKey(stanzas)) ?? passphrase, fileKey);
      expect(log).toEqual(["passphrase"]);
    }
  });

  it("makes a stanza with a new salt and the work factor", async () => {
    const stanza = await wrapped();
    expect(stanza).toMatchObject({ type: "scrypt", args: [expect.stringMatching(/^.{22}$/), "4"] });
    expect(stanza.body.length).toBe(32);
    expect((await wrapped()).args).not.toEqual(stanza.args);
    expect(defaultLogN).toBe(18);
  });

  it("is left as it is", async () => {
    const ours = passphrase.slice();
    const stanzas = await new ScryptRecipient(ours, logN).wrapFileKey(fileKey);
    await asked(ours).identity.unwrapFileKey(stanzas);
    expectBytes(ours, passphrase);
  });

  it("is shown by nothing that prints its recipient", () => {
    const recipient = new ScryptRecipient(passphrase, logN);
    expect(Object.keys(recipient)).toEqual(["type"]);
    expect(JSON.stringify(recipient)).toBe('{"type":"scrypt"}');
  });

  it("that is empty or was wiped encrypts nothing", async () => {
    expect(() => new ScryptRecipient(new Uint8Array(0), logN)).toThrow(
      ageError("invalid-recipient"),
    );
    const ours = passphrase.slice();
    const recipient = new ScryptRecipient(ours, logN);
    ours.fill(0);
    await expect(recipient.wrapFileKey(fileKey)).rejects.toThrow(ageError("invalid-recipient"));
    expect(() => recipient.forProgram()).toThrow(ageError("invalid-recipient"));
  });

  it.each([0, -1, 1.5, 23, NaN, Infinity])("takes no work factor of %d", (work) => {
    expect(() => new ScryptRecipient(passphrase, work)).toThrow(RangeError);
  });
});

describe("an identity of a passphrase", () => {
  it("asks for nothing when no stanza needs it", async () => {
    const { identity, log } = asked(passphrase);
    const others = ["X25519", "SCRYPT", "Scrypt", "scrypt2"].map((type) => ({
      type,
      args: [],
      body: fileKey,
    }));
    expect(await identity.unwrapFileKey(others)).toBe(null);
    expect(await identity.unwrapFileKey([])).toBe(null);
    expect(log).toEqual([]);
  });

  it("throws when the passphrase is incorrect or the question was dismissed", async () => {
    const stanzas = [await wrapped()];
    await expect(asked(bytes("other")).identity.unwrapFileKey(stanzas)).rejects.toThrow(
      ageError("incorrect-passphrase"),
    );
    await expect(asked(new Uint8Array(0)).identity.unwrapFileKey(stanzas)).rejects.toThrow(
      ageError("incorrect-passphrase"),
    );
    await expect(asked(null).identity.unwrapFileKey(stanzas)).rejects.toThrow(
      ageError("dismissed"),
    );
  });

  const salt = "A".repeat(22);
  it.each<[string, Partial<Stanza>]>([
    ["without arguments", { args: [] }],
    ["without work factor", { args: [salt] }],
    ["with three arguments", { args: [salt, "4", "4"] }],
    ["with a salt of 15 bytes", { args: ["A".repeat(20), "4"] }],
    ["with a salt of 17 bytes", { args: ["A".repeat(23), "4"] }],
    ["with a salt that is not canonical", { args: [`${"A".repeat(21)}B`, "4"] }],
    ...["0", "04", "+4", "-4", "4.0", "0x4", "4e0", "4x", "x", "\u0664"].map(
      (work): [string, Partial<Stanza>] => [`with the work factor ${work}`, { args: [salt, work] }],
    ),
    ["with a body of 31 bytes", { body: new Uint8Array(31) }],
    ["with a body of 33 bytes", { body: new Uint8Array(33) }],
  ])("refuses a stanza %s, and asks for nothing", async (_, change) => {
    const { identity, log } = asked(passphrase);
    const broken = { ...(await wrapped()), ...change };
    await expect(identity.unwrapFileKey([broken])).rejects.toThrow(ageError("invalid-header"));
    expect(log).toEqual([]);
  });

  it("refuses a stanza beside others, and asks for nothing", async () => {
    const { identity, log } = asked(passphrase);
    const stanza = await wrapped();
    const other = { type: "X25519", args: [], body: new Uint8Array(0) };
    for (const stanzas of [
      [stanza, stanza],
      [stanza, other],
      [other, stanza],
    ]) {
      await expect(identity.unwrapFileKey(stanzas)).rejects.toThrow(ageError("invalid-header"));
      expect(() => soleScryptStanza(stanzas)).toThrow(ageError("invalid-header"));
    }
    expect(log).toEqual([]);
  });

  it.each(["23", "64", "9".repeat(400)])(
    "refuses the work factor %s, and asks for nothing",
    async (work) => {
      const { identity, log } = asked(passphrase);
      const stanza = { ...(await wrapped()), args: [salt, work] };
      await expect(identity.unwrapFileKey([stanza])).rejects.toThrow(
        ageError("excessive-work", { logN: Number(work) }),
      );
      expect(log).toEqual([]);
    },
  );

  it.each(["21", "22"])("asks before it does the work of %s", async (work) => {
    const { identity, log } = asked(passphrase, false);
    const stanza = { ...(await wrapped()), args: [salt, work] };
    const declined = ageError("dismissed", { logN: Number(work) });
    await expect(identity.unwrapFileKey([stanza])).rejects.toThrow(declined);
    expect(log).toEqual([`work ${work}`]);
    const willing = asked(null);
    await expect(willing.identity.unwrapFileKey([stanza])).rejects.toThrow(ageError("dismissed"));
    expect(willing.log).toEqual([`work ${work}`, "passphrase"]);
  });

  it("asks for no passphrase when it was aborted meanwhile", async () => {
    const controller = new AbortController();
    const log: string[] = [];
    const identity = new ScryptIdentity(
      () => {
        log.push("passphrase");
        return Promise.resolve(passphrase);
      },
      () => {
        controller.abort();
        return Promise.resolve(true);
      },
    );
    const stanza = { ...(await wrapped()), args: [salt, "21"] };
    await expect(identity.unwrapFileKey([stanza], controller.signal)).rejects.toThrow(
      expect.objectContaining({ name: "AbortError" }),
    );
    expect(log).toEqual([]);
  });

  it("stops at once when it is aborted", async () => {
    const controller = new AbortController();
    const identity = new ScryptIdentity(
      () => {
        setImmediate(() => {
          controller.abort();
        });
        return Promise.resolve(passphrase);
      },
      () => Promise.resolve(true),
    );
    const stanza = { ...(await wrapped()), args: [salt, "16"] };
    await expect(identity.unwrapFileKey([stanza], controller.signal)).rejects.toThrow(
      expect.objectContaining({ name: "AbortError" }),
    );
  });

  it("says so when the memory is not there", async () => {
    const failing = vi
      .spyOn(primitives, "scrypt")
      .mockRejectedValue(new Error("memory limit exceeded"));
    await expect(asked(passphrase).identity.unwrapFileKey([await stanzaOf()])).rejects.toThrow(
      ageError("excessive-work", { logN }),
    );
    failing.mockRestore();
  });
});

const stanzaOf = (): Promise<Stanza> =>
  Promise.resolve({
    type: "scrypt",
    args: ["A".repeat(22), String(logN)],
    body: new Uint8Array(32),
  });
