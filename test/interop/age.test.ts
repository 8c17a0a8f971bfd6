import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
  collect,
  decrypt,
  encrypt,
  type Format,
  plaintextSize,
  readAgeFile,
} from "../../src/age/age";
import { ScryptIdentity, ScryptRecipient } from "../../src/age/scrypt";
import { X25519Identity, X25519Recipient } from "../../src/age/x25519";
import { boundarySizes, bytes, expectBytes, inPieces, plaintextOf, text } from "../age/kit";
import { findPrograms, loadPty, run, runTyping, temporaryFolder } from "./programs";

const programs = await findPrograms();
const pty = await loadPty();
const folder = await temporaryFolder();
afterAll(() => folder.remove());

const formats = ["binary", "armored"] as const;
const flags = (format: Format): string[] => (format === "armored" ? ["-a"] : []);
const inFormats = (sizes: readonly number[]): [number, Format][] =>
  sizes.flatMap((size) => formats.map((format): [number, Format] => [size, format]));

if (programs.length === 0) it.skip("no program of age's is installed", () => undefined);

describe.each(programs)("with a recipient of $version", ({ path, keygen }) => {
  const ours = X25519Identity.generate();
  const cases = inFormats([...boundarySizes, 1024 * 1024 + 5]);

  it("keys are the same", async () => {
    const made = text(await run(keygen, []));
    const secret = /^AGE-SECRET-KEY-1.*$/m.exec(made)?.[0] ?? "";
    const publicKey = /^# public key: (age1.*)$/m.exec(made)?.[1] ?? "";
    expect(X25519Identity.parse(bytes(secret)).recipient.toString()).toBe(publicKey);
    const recipient = X25519Recipient.parse(publicKey);

    const file = join(folder.path, "theirs.txt");
    await writeFile(file, made);
    const encrypted = await collect(encrypt([bytes("hello")], [recipient], "binary"));
    expect(text(await run(path, ["-d", "-i", file], encrypted))).toBe("hello");
  });

  it.each(cases)("%i bytes, %s: it decrypts what Cage encrypts", async (size, format) => {
    const key = join(folder.path, "ours.txt");
    await writeFile(key, Buffer.concat([ours.encode(), bytes("\n")]), { mode: 0o600 });
    const other = X25519Identity.generate().recipient;
    const source = inPieces(plaintextOf(size), 9973);
    const file = await collect(encrypt(source, [other, ours.recipient], format));
    expectBytes(await run(path, ["-d", "-i", key], file), plaintextOf(size));
  });

  it.each(cases)("%i bytes, %s: Cage decrypts what it encrypts", async (size, format) => {
    const to = [
      "-r",
      X25519Identity.generate().recipient.toString(),
      "-r",
      ours.recipient.toString(),
    ];
    const file = await run(path, [...flags(format), ...to], plaintextOf(size));
    const opened = await readAgeFile([file]);
    expect(opened.format).toBe(format);
    expect(await plaintextSize(opened, file.length)).toBe(size);
    expectBytes(await collect(decrypt(inPieces(file, 9973), [ours])), plaintextOf(size));
  });
});

if (pty === null) it.skip("passphrases of programs: there is no pseudo-terminal", () => undefined);
else {
  describe.each(programs)("with a passphrase and $version", ({ path }) => {
    const passphrase = "p\u00e4ss \u{1f511} phrase";
    // The programs choose their work factor themselves, for about a second each time.
    const cases = inFormats([0, 65536, 65537]);
    const named = (name: string): string => join(folder.path, `${name}-${Math.random()}`);

    it.each(cases)("%i bytes, %s: it decrypts what Cage encrypts", async (size, format) => {
      const [file, output] = [named("file"), named("output")];
      const to = new ScryptRecipient(bytes(passphrase), 10);
      await writeFile(file, encrypt([plaintextOf(size)], [to], format));
      const plaintext = await runTyping(pty, path, ["-d", "-o", output, file], passphrase);
      expectBytes(plaintext, plaintextOf(size));
    });

    it.each(cases)("%i bytes, %s: Cage decrypts what it encrypts", async (size, format) => {
      const [file, output] = [named("file"), named("output")];
      await writeFile(file, plaintextOf(size));
      const encrypted = await runTyping(
        pty,
        path,
        ["-p", ...flags(format), "-o", output, file],
        passphrase,
      );
      const identity = new ScryptIdentity(
        () => Promise.resolve(bytes(passphrase)),
        () => Promise.resolve(true),
      );
      expectBytes(await collect(decrypt([encrypted], [identity])), plaintextOf(size));
    });
  });
}
