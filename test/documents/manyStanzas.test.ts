import { randomBytes } from "node:crypto";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { newHeader, readAgeFile, unwrapFileKey, type Stanza } from "../../src/age/age";
import { AgeError } from "../../src/age/errors";
import { createHeader } from "../../src/age/header";
import { X25519Identity } from "../../src/age/x25519";
import { ownReaders } from "../../src/documents/recipients/ownReaders";
import { alice, bob } from "./kit";

/** Makes a stanza for an unknown person. */
function stranger(): Stanza {
  const share = randomBytes(32).toString("base64").replace("=", "");
  return { type: "X25519", args: [share], body: new Uint8Array(randomBytes(32)) };
}

const fileKey = new Uint8Array(randomBytes(16));
const crowd = createHeader(Array.from({ length: 1024 }, stranger), fileKey);
const found = Array.from({ length: 20 }, () => ({
  identity: X25519Identity.generate(),
  path: "keys.txt",
}));

/** Returns a signal that aborts in the next turn of the event loop, before the work ends. */
function nextTurn(): AbortSignal {
  const stop = new AbortController();
  setImmediate(() => {
    stop.abort(new AgeError("dismissed", "given up"));
  });
  return stop.signal;
}

const givenUp = { code: "dismissed" };

describe("a file for 1024 people is given up on request", () => {
  it("while the key that opens it is looked for, of one identity and of many", async () => {
    for (const identities of [[alice], found.map(({ identity }) => identity)]) {
      await expect(unwrapFileKey(crowd, identities, nextTurn())).rejects.toMatchObject(givenUp);
    }
  });

  it("while thousands of identities are tried on it", async () => {
    const one = { ...crowd, stanzas: crowd.stanzas.slice(0, 1) };
    const many = Array.from({ length: 3000 }, () => alice);
    await expect(unwrapFileKey(one, many, nextTurn())).rejects.toMatchObject(givenUp);
  });

  it("while its readers are looked for among one's own identities", async () => {
    await expect(ownReaders(crowd, found, nextTurn())).rejects.toMatchObject(givenUp);
  });

  it("while it is made", async () => {
    const recipients = Array.from({ length: 1024 }, () => alice.recipient);
    await expect(newHeader(recipients, nextTurn())).rejects.toMatchObject(givenUp);
  });
});

describe("a header of almost 2 MiB", () => {
  it.each([
    ["many lines", [{ type: "x", args: [], body: new Uint8Array(1_500_000) }]],
    [
      "many stanzas",
      Array.from({ length: 1024 }, () => ({ type: "x", args: [], body: new Uint8Array(1400) })),
    ],
  ])("of %s is read in turns", async (_, stanzas) => {
    const { bytes } = createHeader(stanzas, fileKey);
    const whole = await readAgeFile([bytes]);
    expect(whole.header.stanzas).toEqual(stanzas);
    // On this clock, a turn is over at every look.
    let now = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => (now += 10));
    onTestFinished(() => {
      clock.mockRestore();
    });
    await expect(readAgeFile([bytes], nextTurn())).rejects.toMatchObject(givenUp);
  });
});

it("an identity that a lock has wiped opens nothing, and is no failure", async () => {
  const { header, fileKey: key } = await newHeader([alice.recipient, bob.recipient]);
  key.fill(0);
  const wiped = X25519Identity.parse(alice.encode());
  wiped.wipe();
  const own = [wiped, bob].map((identity) => ({ identity, path: "keys.txt" }));
  expect(await ownReaders(header, own)).toEqual([bob.recipient.toString()]);
});
