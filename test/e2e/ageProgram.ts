import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run, runTyping, type Pty } from "../interop/programs";

/** An identity that `age-keygen` has made. */
export interface Key {
  /** The identity file. */
  readonly path: string;
  readonly recipient: string;
}

/** Makes an identity file with `age-keygen`. */
export async function generateKey(folder: string, name: string): Promise<Key> {
  const path = join(folder, name);
  await run("age-keygen", ["-o", path]);
  const recipient = await run("age-keygen", ["-y", path]);
  return { path, recipient: new TextDecoder().decode(recipient).trim() };
}

/** Encrypts with the `age` program, and writes the result. */
export async function encryptWithAge(
  path: string,
  plaintext: string | Uint8Array,
  recipients: readonly string[],
  ...flags: readonly string[]
): Promise<void> {
  const bytes = typeof plaintext === "string" ? new TextEncoder().encode(plaintext) : plaintext;
  const to = recipients.flatMap((recipient) => ["-r", recipient]);
  await writeFile(path, await run("age", [...flags, ...to], bytes));
}

/** Decrypts with the `age` program. */
export async function decryptWithAge(path: string, identity: string): Promise<Uint8Array> {
  return run("age", ["-d", "-i", identity, path]);
}

/** Decrypts a file of any size into another one with the `age` program. */
export async function decryptToFile(path: string, identity: string, into: string): Promise<void> {
  await run("age", ["-d", "-i", identity, "-o", into, path]);
}

/** Encrypts with the `age` program and a passphrase, typed at its prompts. */
export async function encryptTyping(
  pty: Pty,
  path: string,
  plaintext: string,
  passphrase: string,
  scratch: string,
): Promise<void> {
  const plain = join(scratch, "plain");
  const out = join(scratch, "encrypted");
  await writeFile(plain, plaintext);
  await runTyping(pty, "age", ["-p", "-o", out, plain], passphrase);
  await writeFile(path, await readFile(out));
}

/** Decrypts with the `age` program and a passphrase, typed at its prompt. */
export async function decryptTyping(
  pty: Pty,
  path: string,
  passphrase: string,
  scratch: string,
): Promise<string> {
  const out = join(scratch, "decrypted");
  return new TextDecoder().decode(await runTyping(pty, "age", ["-d", "-o", out, path], passphrase));
}
