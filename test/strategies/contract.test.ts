import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, describe, expect, inject, it } from "vitest";
import { type Format, type Header, readAgeFile, unwrapFileKey } from "../../src/age/age";
import type { ProgramIdentity } from "../../src/age/identity";
import { ScryptIdentity, ScryptRecipient } from "../../src/age/scrypt";
import { nativeStrategy } from "../../src/strategies/native/nativeStrategy";
import type { Outcome, Strategy, StrategyName } from "../../src/strategies/strategy";
import { boundarySizes, bytes, expectBytes, plaintextOf } from "../age/kit";
import { casesOf } from "../longForm";
import { findPrograms } from "../interop/programs";
import { alice, byAlice, expectNothingLeft, loadPty, strategyWith, surroundings } from "./cli/kit";
import { testFile } from "./native/kit";

/**
 * The contract of all strategies: each one decrypts what any of them encrypts, in memory and from
 * file to file.
 */
expectNothingLeft();

const folders = (process.env["PATH"] ?? "").split(delimiter);
const programs = (await findPrograms()).map(({ path, version }) => {
  const found = folders.map((folder) => join(folder, path)).find((file) => existsSync(file));
  return { path: path.includes("/") ? path : (found ?? path), version };
});
if (programs.length === 0) it.skip("no program of age's is installed", () => undefined);
const pty = loadPty();
if (pty === null)
  console.warn("skipped: node-pty was not built, so that no passphrase can be typed");

const native = nativeStrategy({
  now: () => performance.now(),
  workerFile: inject("workerFile"),
  bufferSize: () => 1 << 20,
  // Workers would have descriptors of their own.
  threads: 0,
});
afterAll(() => native.dispose());

type Worker = Pick<Strategy, "encrypt" | "decrypt">;
const mebibyte = 1 << 20;
const strategyNames: readonly StrategyName[] = ["native", "pipe", "tempfile"];
/** All but Cage's own with itself, which has tests of its own. */
const pairs = strategyNames
  .flatMap((one) => strategyNames.map((other) => ({ one, other })))
  .filter(({ one, other }) => one !== "native" || other !== "native");

function workers(program: string): Readonly<Record<StrategyName, Worker>> {
  return {
    native,
    pipe: strategyWith("pipe", program),
    tempfile: strategyWith("tempfile", program),
  };
}

type Kind = "memory" | "files";

/** Encrypts for alice, or with a passphrase. */
async function encryptWith(
  worker: Worker,
  plaintext: Uint8Array,
  { kind, format, passphrase }: { kind: Kind; format: Format; passphrase: Uint8Array | null },
): Promise<{ file: Uint8Array; outcome: Outcome }> {
  const recipients = [passphrase === null ? alice.recipient : new ScryptRecipient(passphrase, 10)];
  if (kind === "memory") {
    const input = { kind: "memory", bytes: plaintext } as const;
    const output = { kind: "memory" } as const;
    const outcome = await worker.encrypt({ input, output, format, recipients });
    return { file: outcome.bytes ?? new Uint8Array(), outcome };
  }
  const [input, to] = [testFile(plaintext).input(), testFile(bytes("x".repeat(1000)))];
  const outcome = await worker.encrypt({ input, output: to.output, format, recipients });
  expect(outcome.bytes).toBeNull();
  return { file: to.read(), outcome };
}

async function fileKeyOf(header: Header, passphrase: Uint8Array | null): Promise<Uint8Array> {
  const ask = (): Promise<Uint8Array | null> => Promise.resolve(passphrase);
  const identity =
    passphrase === null ? alice : new ScryptIdentity(ask, () => Promise.resolve(true));
  return (await unwrapFileKey(header, [identity])).fileKey;
}

async function decryptWith(
  worker: Worker,
  file: Uint8Array,
  { kind, passphrase }: { kind: Kind; passphrase: Uint8Array | null },
): Promise<{ plaintext: Uint8Array; outcome: Outcome }> {
  const { header, format } = await readAgeFile([file]);
  // Programs get the identity or passphrase itself; unwrapping by scrypt would only take time.
  const fileKey = worker === native ? await fileKeyOf(header, passphrase) : new Uint8Array(16);
  const unlockedBy: ProgramIdentity =
    passphrase === null ? byAlice() : { kind: "passphrase", passphrase };
  const known = { header, format, fileKey, unlockedBy };
  if (kind === "memory") {
    const input = { kind: "memory", bytes: file } as const;
    const outcome = await worker.decrypt({ input, output: { kind: "memory" }, ...known });
    return { plaintext: outcome.bytes ?? new Uint8Array(), outcome };
  }
  const [input, to] = [testFile(file).input(), testFile(bytes("x".repeat(1000)))];
  const outcome = await worker.decrypt({ input, output: to.output, ...known });
  expect(outcome.bytes).toBeNull();
  return { plaintext: to.read(), outcome };
}

const formats = ["binary", "armored"] as const;
const kinds = ["memory", "files"] as const;

describe.each(programs)("with $version", ({ path, version }) => {
  const by = workers(path);

  describe.each(pairs)("what $one encrypts, $other decrypts:", ({ one, other }) => {
    const cases = kinds
      .flatMap((kind) => formats.map((format) => ({ kind, format })))
      .map((way, turn) => ({ ...way, sizes: casesOf([...boundarySizes, mebibyte], turn) }));
    it.each(cases)("$kind, $format", async ({ kind, format, sizes }) => {
      for (const size of sizes) {
        const plaintext = plaintextOf(size);
        const key = { kind, format, passphrase: null };
        const { file, outcome } = await encryptWith(by[one], plaintext, key);
        expect((await readAgeFile([file])).format).toBe(format);
        const decrypted = await decryptWith(by[other], file, key);
        expectBytes(decrypted.plaintext, plaintext);
        const engine = (name: StrategyName): unknown =>
          name === "native" ? expect.any(String) : version.replace(/ (?:rage )?v?/, " ");
        expect(outcome.report).toMatchObject({
          ...{ operation: "encrypt", strategy: one, bytes: size, engine: engine(one) },
          ...{ fallbacks: [] },
        });
        expect(decrypted.outcome.report).toMatchObject({
          ...{ operation: "decrypt", strategy: other, bytes: size, engine: engine(other) },
        });
      }
    });
  });

  it.each([
    ["pipe", "files", "native", "memory"],
    ["native", "memory", "pipe", "files"],
    ["tempfile", "memory", "pipe", "memory"],
    ["pipe", "memory", "tempfile", "files"],
  ] as const)("64 MiB: %s with %s, then %s with %s", async (one, oneKind, other, otherKind) => {
    const plaintext = plaintextOf(64 * mebibyte);
    const key = { format: "binary", passphrase: null } as const;
    const { file } = await encryptWith(by[one], plaintext, { ...key, kind: oneKind });
    const decrypted = await decryptWith(by[other], file, { ...key, kind: otherKind });
    expectBytes(decrypted.plaintext, plaintext);
  });

  // The programs choose their work factor themselves, for about a second each time.
  const passphrases: readonly (readonly [StrategyName, StrategyName, Kind, number, string])[] = [
    ["pipe", "tempfile", "memory", 0, "p\u00e4ss \u{1f511} 'phrase' \"x\" $HOME `id` \\ !"],
    ["pipe", "native", "memory", 0, "p\u00e4ss \u00a0\u{1f511} 'phrase' \"x\" $HOME `id` \\ !"],
    ["tempfile", "pipe", "files", 65536, "x".repeat(4000)],
    ["native", "pipe", "files", 65537, "y".repeat(4095)],
    ["native", "tempfile", "memory", 131072, " spaces at both ends "],
    ["pipe", "native", "memory", 1, "-d"],
    ["tempfile", "native", "files", mebibyte, "\u00e4".repeat(2047)],
  ];
  it.skipIf(pty === null).each(passphrases)(
    "a passphrase: what %s encrypts, %s decrypts, %s, %i bytes",
    async (one, other, kind, size, text) => {
      const plaintext = plaintextOf(size);
      const key = { kind, format: formats[size % 2] ?? "binary", passphrase: bytes(text) };
      const { file, outcome } = await encryptWith(by[one], plaintext, key);
      const decrypted = await decryptWith(by[other], file, key);
      expectBytes(decrypted.plaintext, plaintext);
      // The report says that a terminal was used.
      const notes = [outcome, decrypted.outcome].flatMap(({ report }) => report.fallbacks);
      const program = await surroundings(path).find();
      const isTyped = !program.takesPassphrases;
      const byProgram = [one, other].filter((name) => name !== "native").length;
      expect(notes.length).toBe(isTyped ? byProgram : 0);
    },
  );

  it.skipIf(pty === null)("tabs and C1 controls, which only rage leaves out", async (context) => {
    const { kind } = await surroundings(path).find();
    context.skip(kind === "rage", "rage is not given them");
    const key = {
      kind: "memory",
      format: "binary",
      passphrase: bytes("\ta\u0080\tb\u009b"),
    } as const;
    const encrypted = await encryptWith(by.pipe, bytes("hello"), key);
    expectBytes((await decryptWith(by.native, encrypted.file, key)).plaintext, bytes("hello"));
    const { file } = await encryptWith(by.native, bytes("hello"), key);
    expectBytes((await decryptWith(by.tempfile, file, key)).plaintext, bytes("hello"));
  });

  it("control characters and long passphrases, where the program takes them without a terminal", async (context) => {
    const { takesPassphrases } = await surroundings(path).find();
    context.skip(!takesPassphrases, `${version} takes passphrases at a terminal only`);
    for (const text of ["a\u0015b\u0003\u0004\u007f", "x".repeat(4096), "a\nb "]) {
      const key = { kind: "memory", format: "binary", passphrase: bytes(text) } as const;
      const encrypted = await encryptWith(by.pipe, bytes("hello"), key);
      expectBytes((await decryptWith(by.native, encrypted.file, key)).plaintext, bytes("hello"));
      const { file } = await encryptWith(by.native, bytes("hello"), key);
      expectBytes((await decryptWith(by.pipe, file, key)).plaintext, bytes("hello"));
    }
  });

  it("many recipients", async () => {
    const recipients = Array.from({ length: 200 }, () => alice.recipient);
    const input = { kind: "memory", bytes: bytes("hello") } as const;
    const job = { input, output: { kind: "memory" }, format: "binary", recipients } as const;
    const file = (await by.pipe.encrypt(job)).bytes ?? new Uint8Array();
    const decrypted = await decryptWith(by.tempfile, file, { kind: "memory", passphrase: null });
    expectBytes(decrypted.plaintext, bytes("hello"));
  });
});
