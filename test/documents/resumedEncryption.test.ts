import {
  appendFile,
  chmod,
  link,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decryptFile } from "../../src/documents/files/decryptFile";
import type { Disk } from "../../src/documents/disk/disk";
import { localDisk } from "../../src/documents/disk/localDisk";
import { encryptFile } from "../../src/documents/files/encryptFile";
import type { Encryption } from "../../src/documents/files/encryption";
import { findUnfinished } from "../../src/documents/files/unfinished";
import { expectBytes, plaintextOf } from "../age/kit";
import * as kit from "./kit";
import { ageFile, alice, bob, carol, decrypted, desk, nameOf, passphrase, type Desk } from "./kit";
import { begun, flip, forAlice, inProcess, partialIn, recordOf, silent, story } from "./operations";

const chunk = 65_536;
const size = 10 * chunk + 5;
const plaintext = plaintextOf(size);

/** A disk on which no file ever seems to change, as with a coarse clock. */
const standingStill: Disk = {
  ...localDisk,
  facts: async (path) => {
    const facts = await localDisk.facts(path);
    return facts === null ? null : { ...facts, version: "always" };
  },
  openForReading: async (path) => {
    const file = await localDisk.openForReading(path);
    return { ...file, facts: { ...file.facts, version: "always" } };
  },
};

/** Changes the only record of a desk, as a user with an editor could. */
async function edit(at: Desk, change: Readonly<Record<string, unknown>>): Promise<void> {
  const path = await recordOf(at);
  const record = JSON.parse(await readFile(path, "utf8")) as object;
  await writeFile(path, JSON.stringify({ ...record, ...change }));
}

describe("an encryption whose process died", () => {
  /** Encrypts some chunks, then the process dies. */
  async function died(facts: Partial<Encryption> = {}) {
    const at = await desk();
    const source = await at.put("a", plaintext);
    const encryption = forAlice(source, facts);
    await begun(at, 2, 6 * chunk, { encrypt: encryption });
    return { at, source, encryption, partial: await partialIn(at.folder) };
  }

  /** Runs it again in another process, and checks the result. */
  async function again(at: Desk, encryption: Encryption): Promise<[number, string | null]> {
    const outcome = await encryptFile(encryption, inProcess(at, 3), silent);
    const back = { source: encryption.target, target: at.path("back"), existing: "keep" } as const;
    await decryptFile(back, at.context, silent);
    expectBytes(await readFile(back.target), await readFile(encryption.source));
    await rm(back.target);
    expect(await readdir(at.context.unfinished.folder)).toEqual([]);
    await kit.expectNames(at.folder, "a", "a.age");
    return story(outcome);
  }

  it("goes on where it was, and the result is like any other", async () => {
    const { at, encryption, partial } = await died();
    expect((await stat(partial)).mode & 0o777).toBe(0o600);
    const header = (await readFile(partial)).subarray(0, 200);
    const [resumed, reason] = await again(at, encryption);
    expect(reason).toBeNull();
    expect(resumed).toBe(6 * chunk);
    expect((await readFile(encryption.target)).subarray(0, 200)).toEqual(header);
  });

  it("is offered with what it was about, and neither key nor plaintext is written down", async () => {
    const { at, source, encryption, partial } = await died({ original: "trash" });
    const [{ record, partialSize } = expect.fail(), ...others] = await findUnfinished(
      inProcess(at, 3),
    );
    expect(others).toEqual([]);
    expect(record).toMatchObject({
      ...{ operation: "encrypt", source, target: encryption.target, partial },
      ...{ sourceSize: size, pid: 2, recipients: [{ text: nameOf(alice) }] },
      ...{ readBack: "no", original: "trash" },
    });
    expect(partialSize).toBe((await stat(partial)).size);
    const path = await recordOf(at);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const keys = [
      ...["folder", "header", "home", "operation", "original", "partial", "pid", "readBack"],
      ...["recipients", "since"],
    ];
    expect(Object.keys(JSON.parse(await readFile(path, "utf8")) as object).sort()).toEqual([
      ...[...keys, "source", "sourceSize", "start", "target", "version"],
    ]);
  });

  it("for a passphrase goes on with the same one, and anew with another one", async () => {
    const words = (secret: string) => ({
      ...{ recipients: [passphrase(secret)], named: null, identities: [kit.answering(secret)] },
    });
    for (const [second, expected] of [
      ["right", [6 * chunk, null]],
      ["other", [0, "no identity at hand"]],
    ] as const) {
      const { at, source } = await died(words("right"));
      at.keyring.rememberPassphrase(`${source}.age`, kit.bytes("right"));
      const outcome = await encryptFile(forAlice(source, words(second)), inProcess(at, 3), silent);
      expect(story(outcome)).toEqual(expected);
      expect(await decrypted(`${source}.age`, second)).toHaveLength(
        new TextDecoder("utf-8", { ignoreBOM: true }).decode(plaintext).length,
      );
    }
  });

  it("for others only begins anew, and says why", async () => {
    const { at, encryption } = await died({
      ...{ recipients: [bob.recipient], named: [{ text: nameOf(bob) }], identities: [] },
    });
    const outcome = await encryptFile(encryption, inProcess(at, 3), silent);
    expect(story(outcome)).toEqual([0, "no identity at hand"]);
    await kit.expectNames(at.folder, "a", "a.age");
  });

  type Change = [
    what: string,
    reason: string,
    change: (facts: Awaited<ReturnType<typeof died>>) => Promise<Partial<Encryption> | undefined>,
  ];
  const forTwo = {
    recipients: [alice.recipient, carol.recipient],
    named: [{ text: nameOf(alice) }, { text: nameOf(carol) }],
  };
  const changes: Change[] = [
    ["the source has another byte", "the source changed", ({ source }) => then(flip(source, 9))],
    ["the source is longer", "the source changed", ({ source }) => then(appendFile(source, "x"))],
    ["the source is shorter", "the source changed", ({ source }) => then(truncate(source, 5))],
    [
      "only the source's time is another",
      "the source changed",
      ({ source }) => then(utimes(source, 1, 1)),
    ],
    ["there is one more recipient", "other recipients", () => Promise.resolve(forTwo)],
    [
      "there is another recipient",
      "other recipients",
      () =>
        Promise.resolve({
          ...{ recipients: [carol.recipient], named: [{ text: nameOf(carol) }] },
        }),
    ],
    ["it is to be armored", "armored", () => Promise.resolve({ format: "armored" })],
    ["its header is damaged", "damaged", ({ partial }) => then(flip(partial, 3))],
    ["its header's MAC is another", "not on record", ({ partial }) => then(swap(partial, 140))],
    ["it is cut within its header", "damaged", ({ partial }) => then(truncate(partial, 100))],
    [
      "it is cut within its nonce",
      "damaged",
      async ({ partial }) => {
        const end = (await readFile(partial, "latin1")).indexOf("\n", 160) + 1;
        await truncate(partial, end + 7);
        return undefined;
      },
    ],
    ["it was armored", "armored", ({ partial }) => then(put(partial, "armored"))],
    [
      "it is somebody's file for the same people",
      "not on record",
      ({ partial }) => then(put(partial, "binary")),
    ],
    ["others may write to it", "not private", ({ partial }) => then(chmod(partial, 0o666))],
    [
      "it has another name too",
      "not private",
      ({ partial, at }) => then(link(partial, join(at.context.unfinished.folder, "..", "second"))),
    ],
    ["its record is gone", "not on record", async ({ at }) => then(rm(await recordOf(at)))],
    [
      "its record is no JSON",
      "not on record",
      async ({ at }) => then(writeFile(await recordOf(at), "{")),
    ],
    [
      "its record names others",
      "other recipients",
      ({ at }) => then(edit(at, { recipients: [{ text: nameOf(bob) }] })),
    ],
    [
      "its record vouches for no header",
      "not on record",
      ({ at }) => then(edit(at, { header: null })),
    ],
    [
      "its record vouches for another header",
      "not on record",
      ({ at }) => then(edit(at, { header: "0".repeat(64) })),
    ],
  ];
  it.each(changes)("begins anew where %s: %s", async (_what, reason, change) => {
    const facts = await died();
    const { at, encryption } = facts;
    const before = await readFile(facts.partial);
    const next = { ...encryption, ...(await change(facts)) };
    await rm(at.path("back"), { force: true });
    expect(await againAs(at, next)).toEqual([0, reason]);
    // The new file has a file key of its own.
    const after = await readFile(next.target);
    expect(after.subarray(22, 170).equals(before.subarray(22, 170))).toBe(false);
  });

  /** Does the same as `again`, but checks the result only if alice can read it. */
  async function againAs(at: Desk, encryption: Encryption): Promise<[number, string | null]> {
    if (encryption.named?.some(({ text }) => text === nameOf(alice)) === true) {
      return again(at, encryption);
    }
    const outcome = await encryptFile(encryption, inProcess(at, 3), silent);
    return story(outcome);
  }

  /** Replaces one character of Base64 by another. */
  async function swap(path: string, position: number): Promise<void> {
    const content = await readFile(path);
    content.write(content[position] === 0x41 ? "B" : "A", position);
    await writeFile(path, content);
  }

  async function put(partial: string, format: "binary" | "armored"): Promise<void> {
    await writeFile(partial, await ageFile(plaintext, alice, format));
  }

  it("does not follow a link that was put in its place, nor lose what it leads to", async () => {
    const { at, encryption, partial } = await died();
    const victim = join(at.context.unfinished.folder, "..", "victim");
    await rename(partial, victim);
    const before = await readFile(victim);
    await symlink(victim, partial);
    expect(await again(at, encryption)).toEqual([0, "not private"]);
    expect((await readFile(victim)).equals(before)).toBe(true);
  });

  it.each([
    ["a flipped bit in a chunk", ({ partial }: { partial: string }) => flip(partial, 3 * chunk), 5],
    ["a cut in a chunk", ({ partial }: { partial: string }) => truncate(partial, 3 * chunk), 2],
    ["a flipped bit in the nonce", ({ partial }: { partial: string }) => flip(partial, 170), 0],
    ["no chunk at all", ({ partial }: { partial: string }) => truncate(partial, 250), 0],
    [
      "something after its end",
      ({ partial }: { partial: string }) => appendFile(partial, Buffer.alloc(20 * chunk)),
      6,
    ],
    [
      "zeros where a power failure took chunks",
      async ({ partial }: { partial: string }) => {
        const content = await readFile(partial);
        await writeFile(partial, content.fill(0, 2 * chunk));
      },
      1,
    ],
  ])("seals again what is not right: %s", async (_what, damage, right) => {
    const facts = await died();
    await damage(facts);
    expect(await again(facts.at, facts.encryption)).toEqual([right * chunk, null]);
  });

  it("never seals a chunk twice with other content, though the source's facts are the same", async () => {
    const at = await desk({ disk: standingStill });
    const source = await at.put("a", plaintext);
    const encryption = forAlice(source);
    await begun(at, 2, 6 * chunk, { encrypt: encryption });
    const before = await readFile(await partialIn(at.folder));
    await flip(source, 9);
    expect(await again(at, encryption)).toEqual([0, "the source changed"]);
    const after = await readFile(encryption.target);
    expect(after.subarray(22, 168).equals(before.subarray(22, 168))).toBe(false);
  });

  it("is left alone while another process is at it", async () => {
    const { at, encryption, partial } = await died();
    const before = await readFile(partial);
    const context = inProcess(at, 3, { alive: new Set([2]) });
    await expect(encryptFile(encryption, context, silent)).rejects.toMatchObject({
      code: "busy",
      facts: { path: encryption.target },
    });
    expect(await findUnfinished(context)).toEqual([]);
    expect((await readFile(partial)).equals(before)).toBe(true);
    expect(await again(at, encryption)).toEqual([6 * chunk, null]);
  });

  it("gives way to another source that is written to the same target", async () => {
    const { at, encryption } = await died();
    const source = await at.put("a", plaintext);
    await rename(source, at.path("old"));
    await at.put("a", "other");
    await rename(at.path("old"), at.path("b"));
    const other = { ...encryption, source: at.path("b") };
    expect(story(await encryptFile(other, inProcess(at, 3), silent))).toEqual([0, null]);
    await kit.expectNames(at.folder, "a", "b", "a.age");
  });
});

async function then(change: Promise<unknown>): Promise<undefined> {
  await change;
  return undefined;
}
