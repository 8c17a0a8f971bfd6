import { mkdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { chosenIdentityFile } from "../../../src/documents/unlocking/chosenIdentityFile";
import { openDocument } from "../../../src/documents/openDocument";
import { ageFile, alice, bob, bytes, desk, nameOf, passphrase, text } from "../kit";

const key = text(alice.encode());
const pem = (label: string): string => `-----BEGIN ${label}-----\nAAAA\n-----END ${label}-----\n`;
const ssh = pem("OPENSSH PRIVATE KEY");

describe("a file that is chosen as an identity file", () => {
  it.each([
    ["an SSH public key", "ssh-ed25519 AAAA me@host\n", "this is an SSH public key"],
    ["one of another kind", "ecdsa-sha2-nistp256 AAAA\n", "this is an SSH public key"],
    ["one of a security key", "sk-ssh-ed25519@openssh.com AAAA\n", "this is an SSH public key"],
    ["an SSH certificate", "ssh-rsa-cert-v01@openssh.com AAAA\n", "this is an SSH certificate"],
    ["a list of recipients", `# team\n${nameOf(bob)}\n`, "line 2: this is a recipient"],
    ["a certificate", pem("CERTIFICATE"), "this is a certificate"],
    ["a public key", pem("PUBLIC KEY"), "this is a public key"],
    ["a key that age does not take", pem("EC PRIVATE KEY"), "this is an elliptic-curve key"],
    ["an OpenPGP key", pem("PGP PRIVATE KEY BLOCK"), "this is an OpenPGP private key"],
    ["a PuTTY key", "PuTTY-User-Key-File-3: ssh-ed25519\n", "this is a PuTTY key"],
    ["other data", "database: x\n", "this is not an identity"],
    ["binary data", "\0\x01\x02", "this is binary data"],
    ["nothing", "", "holds no identity"],
  ])("is refused, and named, as %s", async (_, content, message) => {
    const at = await desk();
    const path = await at.put("chosen", content);
    await expect(chosenIdentityFile(path, at.context)).rejects.toMatchObject({
      code: "invalid-identity",
      message: expect.stringContaining(message) as string,
    });
  });

  it.each([
    ["an SSH key", ssh, "1 SSH key"],
    ["PKCS #8", pem("ENCRYPTED PRIVATE KEY"), "1 SSH key"],
    ["a plugin's identity", "AGE-PLUGIN-YUBIKEY-1QQ\n", "1 plugin identity"],
    ["a post-quantum identity", "AGE-SECRET-KEY-PQ-1QQ\n", "1 post-quantum identity"],
  ])("is refused as one that can't be used yet: %s", async (_, content, what) => {
    const at = await desk();
    const path = await at.put("chosen", content);
    await expect(chosenIdentityFile(path, at.context)).rejects.toMatchObject({
      code: "unsupported-identity",
      message: `${path} holds only ${what}, which this version can't use`,
    });
  });

  it("may hold other kinds beside one that can be used", async () => {
    const at = await desk();
    const path = await at.put("chosen", `${key}\n${ssh}`);
    const content = { usable: 1, unsupported: ["ssh"] };
    expect(await chosenIdentityFile(path, at.context)).toEqual(content);
  });

  it.each([
    ["encrypted to recipients", ["s".repeat(100), bob], "is encrypted to recipients"],
    ["too short", ["hunter2\n", passphrase("right")], "is too short to hold an identity"],
    ["too short, in armor", ["a", passphrase("right"), "armored"], "is too short to hold"],
  ] as const)("is refused without a question: %s", async (_, [content, ...to], why) => {
    const at = await desk();
    const path = await at.put("chosen.age", await ageFile(content, ...to));
    await expect(chosenIdentityFile(path, at.context)).rejects.toMatchObject({
      code: "invalid-identity",
      message: expect.stringContaining(why) as string,
    });
    expect(at.prompts.kinds).toEqual([]);
  });

  it("is refused without being read where it is too large, damaged or no file", async () => {
    const at = await desk();
    const large = await at.put("large.age", new Uint8Array(16 * 2 ** 20 + 1));
    const whole = await ageFile(key, passphrase("right"));
    const damaged = await at.put("damaged.age", whole.subarray(0, 60));
    await mkdir(at.path("folder"));
    for (const [path, why] of [
      [large, "is too large for an identity file"],
      [damaged, "is a damaged age file"],
      [at.path("folder"), "is not a file"],
    ] as const) {
      const message = expect.stringContaining(`${path} ${why}`) as string;
      const refusal = { code: "invalid-identity", message };
      await expect(chosenIdentityFile(path, at.context)).rejects.toMatchObject(refusal);
    }
    expect(at.prompts.kinds).toEqual([]);
  });

  it("is opened if a passphrase encrypts it, and refused where that is other data", async () => {
    const at = await desk({ identities: [] });
    const data = await at.put("data.age", await ageFile("x".repeat(100), passphrase("right")));
    const keys = await at.put("keys.age", await ageFile(`${key}\n`, passphrase("right")));
    at.prompts.passphrases = ["right", "right"];
    await expect(chosenIdentityFile(data, at.context)).rejects.toMatchObject({
      code: "invalid-identity",
      message: `${data} opens, but line 1 in it is not an identity`,
    });
    const content = { usable: 1, unsupported: [] };
    expect(await chosenIdentityFile(keys, at.context)).toEqual(content);
    expect(at.prompts.kinds).toEqual(["passphrase", "passphrase"]);
    expect(at.prompts.handedOut.every((one) => one.every((byte) => byte === 0))).toBe(true);
    // The passphrase typed for it opens the file that needed it.
    at.identityFiles.push(keys);
    const file = await at.encrypted("a.age", "text", alice);
    expect(text((await openDocument(file, "ask", at.context)).plaintext)).toBe("text");
  });

  it.each([
    ["while its passphrase is asked for", 0],
    ["while the passphrase is tried", 1],
  ])("is not taken, and holds no key, after a lock %s", async (_when, turns) => {
    const at = await desk();
    const keys = await at.put("keys.age", await ageFile(`${key}\n`, passphrase("right")));
    at.prompts.passphrases = ["right"];
    at.prompts.meanwhile = () => {
      if (turns === 0) at.keyring.lock();
      else
        setImmediate(() => {
          at.keyring.lock();
        });
    };
    const locked = { code: "locked", facts: { path: keys } };
    await expect(chosenIdentityFile(keys, at.context)).rejects.toMatchObject(locked);
    expect([at.keyring.state, at.keyring.identities()]).toEqual(["locked", []]);
  });

  it("is left where the user does not type its passphrase", async () => {
    const at = await desk();
    const keys = await at.put("keys.age", await ageFile(`${key}\n`, passphrase("right")));
    at.prompts.passphrases = [null];
    const dismissed = { code: "dismissed" };
    await expect(chosenIdentityFile(keys, at.context)).rejects.toMatchObject(dismissed);
  });
});

describe("a file that no identity opens", () => {
  it("names each identity file that was tried, and why it did not help", async () => {
    const at = await desk({ identities: [] });
    const put = async (name: string, content: Uint8Array | string): Promise<string> => {
      const path = await at.put(name, content);
      at.identityFiles.push(path);
      return path;
    };
    const fits = await put("keys.txt", key);
    const shell = await put("id", ssh);
    const secret = await put("data.age", await ageFile("x".repeat(100), passphrase("right")));
    const others = await put("others.age", await ageFile("x".repeat(100), bob));
    at.identityFiles.push(at.path("gone.txt"));
    at.prompts.passphrases = ["right"];
    const file = await at.encrypted("a.age", "text", bob);
    const opening = openDocument(file, "ask", at.context);
    const tried = [
      `the identity in ${fits} does not match`,
      `${others} is encrypted to recipients; an encrypted identity file needs a passphrase instead`,
      expect.stringContaining(`${at.path("gone.txt")} cannot be read`) as string,
      `${secret} opens, but line 1 in it is not an identity`,
      `${shell} holds 1 SSH key, which this version can't use`,
    ];
    await expect(opening).rejects.toMatchObject({ code: "no-identity-match", facts: { tried } });
    // A file that was opened once needs no second passphrase, and is still named.
    const again = openDocument(file, "ask", at.context);
    tried.splice(3, 1);
    tried.splice(3, 0, `${secret} holds no identity`);
    await expect(again).rejects.toMatchObject({ facts: { tried } });
    expect(at.prompts.kinds.filter((kind) => kind === "passphrase")).toHaveLength(1);
  });
});

describe("an encrypted file of data", () => {
  it("can hold an identity only if it is as long as one and for a passphrase", async () => {
    const at = await desk();
    const long = await at.put("long.age", await ageFile(bytes("x".repeat(20)), passphrase("r")));
    at.identityFiles.splice(0, 1, long);
    const { encrypted, problems } = await at.context.keys.findIdentities();
    expect([encrypted.map(({ path }) => path), problems]).toEqual([[long], []]);
  });
});
