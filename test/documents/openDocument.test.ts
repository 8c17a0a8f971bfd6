import { execFileSync } from "node:child_process";
import { mkdir, symlink, truncate, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { Recipient } from "../../src/age/identity";
import { AgeError } from "../../src/age/errors";
import { ScryptRecipient } from "../../src/age/scrypt";
import { X25519Identity } from "../../src/age/x25519";
import { openDocument } from "../../src/documents/openDocument";
import type { Asking } from "../../src/documents/questions/asking";
import { identityFileText } from "../../src/keys/identityFileText";
import * as kit from "./kit";
import { ageError, ageFile, alice, bob, bytes, carol, desk, nameOf, passphrase } from "./kit";

async function open(at: kit.Desk, name: string, asking: Asking = "ask", signal?: AbortSignal) {
  const { document, plaintext } = await openDocument(at.path(name), asking, at.context, signal);
  return { document, text: kit.text(plaintext) };
}

/** Puts a passphrase-protected identity file on the machine. */
async function lockedIdentity(at: kit.Desk, identity: X25519Identity, words: string) {
  const content = await ageFile(identityFileText(identity, new Date(0)), passphrase(words));
  at.identityFiles.push(await at.put(`${words}.key`, content));
}

describe("a file that an identity on the machine opens", () => {
  it.each(["ask", "never"] as const)("opens without a question (%s)", async (asking) => {
    const at = await desk();
    await at.encrypted("a.age", "text", alice, bob, "armored");
    const { document, text } = await open(at, "a.age", asking);
    expect(text).toBe("text");
    expect(document).toMatchObject({
      format: "armored",
      stanzaTypes: ["X25519", "X25519"],
      opener: { kind: "identity", recipient: nameOf(alice) },
      believed: null,
    });
    expect(at.prompts.asked).toEqual([]);
    expect(at.keyring.state).toBe(asking === "ask" ? "unlocked" : "locked");
  });

  it("is believed to be for the listed recipients if their number fits", async () => {
    const at = await desk();
    await at.encrypted("a.age", "text", alice, bob);
    await at.put(".age-recipients", `# Bob\n${nameOf(bob)}\n\n${nameOf(alice)}\n`);
    const { document } = await open(at, "a.age");
    expect(document.believed).toEqual([
      { text: nameOf(bob), name: "Bob" },
      { text: nameOf(alice) },
    ]);
    await at.put(".age-recipients", `nobody\n`);
    expect((await open(at, "a.age")).document.believed).toBeNull();
  });

  it("warns of an identity file that others can read", async () => {
    const at = await desk({ identities: [] });
    const path = await at.put("open.key", alice.encode());
    at.identityFiles.push(path);
    await at.encrypted("a.age", "text");
    await open(at, "a.age", "never");
    expect(at.prompts.asked).toEqual([{ kind: "exposed", path }]);
  });

  it("opens through a link, with a name of spaces and other scripts, with a suffix .AGE", async () => {
    const at = await desk();
    await at.encrypted("zwei Wörter 秘密.AGE", "text");
    await symlink("zwei Wörter 秘密.AGE", at.path("link.age"));
    expect((await open(at, "link.age")).text).toBe("text");
    expect((await open(at, "zwei Wörter 秘密.AGE")).text).toBe("text");
  });
});

describe("a file that nobody here can read", () => {
  it("names the kinds of its stanzas and what is wrong with identity files", async () => {
    const at = await desk();
    at.identityFiles.push(await at.put("bad.key", nameOf(bob)));
    await at.encrypted("a.age", "text", bob, carol);
    const failure = open(at, "a.age");
    await expect(failure).rejects.toMatchObject({
      code: "no-identity-match",
      message: "none of your identities can open it; it is encrypted to 2 X25519 recipients",
      facts: {
        stanzaTypes: ["X25519", "X25519"],
        tried: [expect.stringContaining("key-0"), expect.stringContaining("bad.key, line 1")],
      },
    });
  });

  it("says so where there is no identity at all", async () => {
    const at = await desk({ identities: [] });
    await at.encrypted("a.age", "text");
    await expect(open(at, "a.age")).rejects.toThrow("no identity was found");
  });
});

describe("a passphrase", () => {
  it("is asked for again while it is wrong, and only the right one is remembered", async () => {
    const at = await desk();
    const path = await at.encrypted("a.age", "text", passphrase("right"));
    at.prompts.passphrases = ["wrong", "Right", "right"];
    const { document, text } = await open(at, "a.age");
    expect([text, document.opener]).toEqual(["text", { kind: "passphrase" }]);
    const request = { path, purpose: "open a file" } as const;
    expect(at.prompts.asked).toEqual(
      ["first", "again", "again"].map((attempt) => ({
        kind: "passphrase",
        request: { ...request, attempt },
      })),
    );
    expect(kit.text(at.keyring.passphraseFor(path) ?? bytes(""))).toBe("right");
    expect(at.keyring.passphrasesToTry("/other").map(kit.text)).toEqual(["right"]);
    for (const typed of at.prompts.handedOut) expect(typed.every((byte) => byte === 0)).toBe(true);
  });

  it("is kept until a lock, and tried on other files", async () => {
    const at = await desk();
    await at.encrypted("a.age", "A", passphrase("same"));
    await at.encrypted("b.age", "B", passphrase("same"));
    at.prompts.passphrases = ["same"];
    await open(at, "a.age");
    expect((await open(at, "a.age", "never")).text).toBe("A");
    expect((await open(at, "b.age", "never")).text).toBe("B");
    at.keyring.lock();
    await expect(open(at, "a.age", "never")).rejects.toMatchObject({ code: "locked" });
    expect(at.prompts.kinds).toEqual(["passphrase"]);
  });

  it("is no use of the key where another file is read with it in the background", async () => {
    const at = await desk({ afterMinutes: 5 });
    await at.encrypted("a.age", "A", passphrase("same"));
    const b = await at.encrypted("b.age", "B", passphrase("same"));
    at.prompts.passphrases = ["same"];
    await open(at, "a.age");
    at.clock.time += 4 * 60_000;
    await open(at, "b.age", "never");
    expect(kit.text(at.keyring.passphraseFor(b) ?? bytes(""))).toBe("same");
    at.clock.time += 60_000;
    expect(at.keyring.state).toBe("locked");
  });

  it("that is dismissed, or never asked for, leaves no trace", async () => {
    const at = await desk();
    const path = await at.encrypted("a.age", "text", passphrase("right"));
    at.prompts.passphrases = ["wrong", null];
    await expect(open(at, "a.age")).rejects.toMatchObject({ code: "dismissed" });
    await expect(open(at, "a.age", "never")).rejects.toEqual(ageError("locked", { path }));
    expect(at.keyring.passphraseFor(path)).toBeNull();
    expect(at.keyring.state).toBe("locked");
    expect(at.prompts.kinds).toHaveLength(2);
  });

  it("is forgotten when its time is over", async () => {
    const at = await desk({ afterMinutes: 30 });
    await at.encrypted("a.age", "text", passphrase("right"));
    at.prompts.passphrases = ["right", "right"];
    await open(at, "a.age");
    at.clock.time += 30 * 60_000;
    await expect(open(at, "a.age", "never")).rejects.toMatchObject({ code: "locked" });
    expect((await open(at, "a.age")).text).toBe("text");
  });
});

describe("an scrypt work factor", () => {
  const withWork = async (logN: number) => {
    const whole = kit.text(await ageFile("text", new ScryptRecipient(bytes("right"), 1)));
    return whole.replace(/^(-> scrypt \S+) 1$/m, `$1 ${logN}`);
  };

  it("above 22 is refused before anything is asked", async () => {
    const at = await desk();
    await at.put("a.age", await withWork(23));
    await expect(open(at, "a.age")).rejects.toEqual(ageError("excessive-work", { logN: 23 }));
    expect(at.prompts.asked).toEqual([]);
  });

  it("above 20 needs the user's consent, asked for before the passphrase", async () => {
    const at = await desk();
    await at.put("a.age", await withWork(21));
    at.prompts.works = [false];
    await expect(open(at, "a.age")).rejects.toMatchObject({ code: "dismissed" });
    expect(at.prompts.asked).toEqual([{ kind: "work", logN: 21 }]);
  });

  it("above 20 leaves a file locked where nothing may be asked", async () => {
    const at = await desk();
    const path = await at.put("a.age", await withWork(21));
    at.keyring.rememberPassphrase(path, bytes("right"));
    await expect(open(at, "a.age", "never")).rejects.toEqual(ageError("locked", { path }));
    expect(at.prompts.asked).toEqual([]);
  });
});

describe("an identity file with a passphrase", () => {
  it("is opened once, when a file needs it, and kept until a lock", async () => {
    const at = await desk({ identities: [bob] });
    await lockedIdentity(at, alice, "safe");
    await at.encrypted("b.age", "B", bob);
    expect((await open(at, "b.age")).text).toBe("B");
    expect(at.prompts.asked).toEqual([]);
    const path = await at.encrypted("a.age", "A", alice);
    await expect(open(at, "a.age", "never")).rejects.toEqual(ageError("locked", { path }));
    at.prompts.passphrases = ["wrong", "safe"];
    expect((await open(at, "a.age")).text).toBe("A");
    expect(at.prompts.asked[1]).toEqual({
      kind: "passphrase",
      request: {
        path: at.path("safe.key"),
        purpose: "open an identity file",
        attempt: "again",
      },
    });
    expect((await open(at, "a.age", "never")).text).toBe("A");
    at.keyring.lock();
    at.prompts.passphrases = [null];
    await expect(open(at, "a.age")).rejects.toMatchObject({ code: "dismissed" });
  });

  it("is not asked for again for a file that it does not open", async () => {
    const at = await desk({ identities: [] });
    await lockedIdentity(at, alice, "safe");
    await at.encrypted("c.age", "C", carol);
    at.prompts.passphrases = ["safe"];
    for (const asking of ["ask", "ask", "never"] as const) {
      const failure = open(at, "c.age", asking);
      await expect(failure).rejects.toMatchObject({ code: "no-identity-match" });
      await expect(failure).rejects.toThrow("none of your identities can open it");
    }
    expect(at.prompts.kinds).toEqual(["passphrase"]);
  });

  it("may be dismissed for the next one to be tried", async () => {
    const at = await desk({ identities: [] });
    await lockedIdentity(at, bob, "other");
    await lockedIdentity(at, alice, "safe");
    await at.encrypted("a.age", "A", alice);
    at.prompts.passphrases = [null, "safe"];
    expect((await open(at, "a.age")).text).toBe("A");
    at.keyring.lock();
    at.prompts.passphrases = ["other", null];
    await expect(open(at, "a.age")).rejects.toMatchObject({ code: "dismissed" });
  });

  it.each([
    ["encrypted twice", async () => ageFile(await ageFile("x"), passphrase("outer"))],
    ["that holds no identity", () => ageFile("hello", passphrase("outer"))],
    ["encrypted to a recipient", () => ageFile("x", bob)],
    ["cut short", async () => (await ageFile("x", passphrase("outer"))).subarray(0, -5)],
  ])("%s is named, and does not keep another one from being tried", async (_what, make) => {
    const at = await desk({ identities: [] });
    const broken = await at.put("broken.key", await make());
    at.identityFiles.push(broken);
    await at.encrypted("a.age", "A");
    at.prompts.passphrases = ["outer"];
    const facts = { tried: [expect.stringContaining(broken)] };
    await expect(open(at, "a.age")).rejects.toMatchObject({ facts });
    await lockedIdentity(at, alice, "safe");
    at.prompts.passphrases = at.prompts.kinds.length === 0 ? ["safe"] : ["outer", "safe"];
    expect((await open(at, "a.age")).text).toBe("A");
  });
});

describe("what is not to be opened", () => {
  it.each([
    ["an empty file", "", "empty-file"],
    ["text", "hello", "not-age"],
    ["a newer version", "age-encryption.org/v2\n", "unsupported-version"],
    ["a header without an end", "age-encryption.org/v1\n-> X25519 a\n", "invalid-header"],
    ["armor with junk", "-----BEGIN AGE ENCRYPTED FILE-----\n!\n", "invalid-armor"],
  ] as const)("%s", async (_what, content, code) => {
    const at = await desk();
    await at.put("a.age", content);
    await expect(open(at, "a.age")).rejects.toMatchObject({ code });
  });

  it("a truncated or flipped file, whatever of it could be read", async () => {
    const at = await desk();
    const whole = await ageFile("x".repeat(200_000));
    const flipped = whole.slice();
    flipped.set([(flipped.at(-30_000) ?? 0) ^ 1], flipped.length - 30_000);
    for (const content of [whole.subarray(0, -1), whole.subarray(0, 70_000), flipped]) {
      await at.put("a.age", content);
      await expect(open(at, "a.age")).rejects.toMatchObject({ code: "corrupt-payload" });
    }
  });

  it("a file whose stanzas have many long types, in a message of a few lines", async () => {
    const at = await desk();
    const types = Array.from({ length: 900 }, (_, i) => `${i}-`.padEnd(2000, "x"));
    const recipient: Recipient = {
      type: "x",
      wrapFileKey: () =>
        Promise.resolve(types.map((type) => ({ type, args: [], body: bytes("") }))),
    };
    await at.encrypted("a.age", "A", recipient);
    const failure = await open(at, "a.age").catch((error: unknown) => error as AgeError);
    if (!(failure instanceof AgeError)) throw new Error("it opened");
    expect(failure.code).toBe("no-identity-match");
    expect(failure.message).toMatch(/ and 895 more kinds$/);
    expect(failure.message.length).toBeLessThan(400);
    expect(failure.facts.stanzaTypes?.every(({ length }) => length === 30)).toBe(true);
  });

  it("nothing, a folder, a named pipe, a link in a circle, a file of gigabytes", async () => {
    const at = await desk();
    await mkdir(at.path("folder.age"));
    execFileSync("mkfifo", [at.path("pipe.age")]);
    await symlink("loop.age", at.path("loop.age"));
    for (const name of ["none.age", "folder.age", "pipe.age"]) {
      await expect(open(at, name)).rejects.toEqual(ageError("not-found", { path: at.path(name) }));
    }
    await expect(open(at, "loop.age")).rejects.toMatchObject({ code: "unusable-path" });
    await writeFile(at.path("huge.age"), "");
    await truncate(at.path("huge.age"), 3 * 2 ** 30);
    await expect(open(at, "huge.age")).rejects.toMatchObject({ code: "too-large" });
  });

  it("anything once the signal is aborted", async () => {
    const at = await desk();
    await at.encrypted("a.age", "text", passphrase("right"));
    const abort = new AbortController();
    at.prompts.passphrases = ["right"];
    at.prompts.meanwhile = () => {
      abort.abort();
    };
    await expect(open(at, "a.age", "ask", abort.signal)).rejects.toThrow("abort");
    expect(at.keyring.state).toBe("locked");
  });
});
