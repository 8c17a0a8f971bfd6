import { execa } from "execa";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** An identity that `age-keygen` made. */
export interface Key {
  /** The identity file. */
  readonly path: string;
  readonly recipient: string;
}

/** Runs a program of age's; what it prints never becomes part of an error. */
async function run(
  program: string,
  args: readonly string[],
  input: Uint8Array,
): Promise<Uint8Array> {
  const { exitCode, stdout } = await execa(program, args, {
    input,
    encoding: "buffer",
    stripFinalNewline: false,
    reject: false,
    verbose: "none",
  });
  if (exitCode !== 0) throw new Error(`${program} ended with ${exitCode ?? "a signal"}`);
  return stdout;
}

/** Makes an identity file with `age-keygen`. */
export async function generateKey(folder: string, name: string): Promise<Key> {
  const path = join(folder, name);
  await run("age-keygen", ["-o", path], new Uint8Array());
  const recipient = await run("age-keygen", ["-y", path], new Uint8Array());
  return { path, recipient: new TextDecoder().decode(recipient).trim() };
}

/** Encrypts with the `age` program and writes the result. */
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
  return run("age", ["-d", "-i", identity, path], new Uint8Array());
}
