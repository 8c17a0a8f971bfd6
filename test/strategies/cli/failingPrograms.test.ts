import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { collect, encrypt, readAgeFile } from "../../../src/age/age";
import { AgeError, type AgeErrorCode } from "../../../src/age/errors";
import { ScryptRecipient } from "../../../src/age/scrypt";
import type { ProgramSurroundings } from "../../../src/strategies/cli/programContext";
import type { EncryptJob } from "../../../src/strategies/strategy";
import { ageError, bytes, plaintextOf } from "../../age/kit";
import { testFile } from "../native/kit";
import {
  alice,
  byAlice,
  decryptBytes,
  encryptBytes,
  expectNothingLeft,
  fake,
  folders,
  loadPty,
  names,
  programs,
  findsProgram,
  strategyWith,
} from "./kit";

expectNothingLeft();

const secret = "SECRET PLAINTEXT";
const passphrase = "the very passphrase";
const hasPty = loadPty() !== null;
if (!hasPty) console.warn("skipped: node-pty was not built, so that no terminal can be had");

const isInstalled = await findsProgram();
const plaintext = plaintextOf(200_000);
const encrypted = await collect(encrypt([plaintext], [alice.recipient], "binary"));

/** Expects an error to hold neither a key nor any output of a program. */
function expectHarmless(error: unknown): void {
  const { message, stack, ...rest } = error as Error;
  const all = `${message} ${stack ?? ""} ${JSON.stringify(rest)}`;
  expect(all).not.toContain(secret);
  expect(all).not.toContain("SSSS");
  expect(all).not.toContain(passphrase);
  expect(all).not.toContain("AGE-SECRET-KEY");
  expect((error as Error).cause).toBeUndefined();
}

/** Makes a job for which a passphrase is typed. */
function typedJob(): EncryptJob {
  return {
    ...{ input: { kind: "memory", bytes: plaintext }, output: { kind: "memory" } },
    ...{ format: "binary", recipients: [new ScryptRecipient(bytes(passphrase))] },
  };
}

async function failureOf(work: Promise<unknown>): Promise<AgeError> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AgeError);
  expectHarmless(error);
  return error as AgeError;
}

interface Case {
  readonly program: string;
  readonly code: AgeErrorCode;
  readonly here?: Partial<ProgramSurroundings>;
}

const short = { timeoutSeconds: () => 0.3 };
const cases: readonly Case[] = [
  { program: "not-age", code: "program-failed" },
  { program: "wrong-version", code: "program-failed" },
  { program: "failing-version", code: "program-failed" },
  { program: "hanging-version", code: "timed-out" },
  { program: "nowhere", code: "program-not-found" },
  { program: "hanging", code: "timed-out", here: short },
  { program: "hanging-midway", code: "timed-out", here: short },
  { program: "deaf", code: "timed-out", here: short },
  { program: "parent", code: "program-failed" },
  { program: "runaway", code: "program-failed" },
  { program: "silent", code: "program-failed" },
  { program: "dying", code: "program-failed" },
  { program: "failing", code: "program-failed" },
  { program: "full", code: "disk-full" },
  { program: "talkative", code: "no-identity-match" },
  { program: "endless", code: "program-failed" },
  { program: "halving", code: "program-failed" },
];

/** Selects cases: those that take seconds run for one strategy only. */
function casesOf<T extends { readonly program: string }>(
  name: string,
  slowFor: string,
  all: readonly T[],
): readonly T[] {
  const slow = ["hanging-version", "deaf", "talkative"];
  return all.filter(({ program }) => name === slowFor || !slow.includes(program));
}

describe.each(names)("%s with a program that is", (name) => {
  it.each(casesOf(name, "pipe", cases))("$program, in memory: $code", async (one) => {
    const { program, code, here } = one;
    const strategy = strategyWith(name, fake(program), here);
    const failures = await Promise.all([
      failureOf(encryptBytes(strategy, plaintext)),
      failureOf(decryptBytes(strategy, encrypted, byAlice())),
    ]);
    expect(failures.map(({ code }) => code)).toEqual([code, code]);
  });

  it("failing, with files: what it wrote stays unfinished in the output, the input as it was", async () => {
    const [input, output] = [testFile(encrypted), testFile(bytes("earlier"))];
    const { header, format } = await readAgeFile([encrypted]);
    const job = {
      ...{ input: input.input(), output: output.output },
      ...{ header, format, fileKey: new Uint8Array(16), unlockedBy: byAlice() },
    } as const;
    const { code } = await failureOf(strategyWith(name, fake("failing")).decrypt(job));
    expect(code).toBe("program-failed");
    expect(output.read()).toEqual(new Uint8Array(100_000).fill(0x53));
    expect(input.read()).toEqual(new Uint8Array(encrypted));
  });
});

describe.skipIf(!isInstalled).each(names)("%s with a source that changes", (name) => {
  it("meanwhile in its length, whatever the program says", async () => {
    const { size, ...input } = testFile(plaintext).input();
    const work = strategyWith(name, "").encrypt({
      ...{ input: { ...input, size: size + 1 }, output: testFile().output },
      ...{ format: "binary", recipients: [alice.recipient] },
    });
    expect((await failureOf(work)).code).toBe("source-changed");
  });
});

describe.skipIf(!hasPty).each(names)("%s on a terminal, with a program that is", (name) => {
  const onTerminal: readonly Case[] = [
    { program: "curious", code: "timed-out", here: short },
    { program: "insistent", code: "program-failed" },
    { program: "hanging", code: "timed-out", here: short },
    { program: "deaf", code: "timed-out", here: short },
    { program: "parent", code: "program-failed" },
    { program: "runaway", code: "program-failed" },
    { program: "silent", code: "program-failed" },
    { program: "dying", code: "program-failed" },
    { program: "failing", code: "program-failed" },
    { program: "full", code: "disk-full" },
    { program: "endless", code: "program-failed" },
  ];
  it.each(casesOf(name, "tempfile", onTerminal))("$program: $code", async (one) => {
    const { program, code, here } = one;
    const strategy = strategyWith(name, fake(program), here);
    expect((await failureOf(strategy.encrypt(typedJob()))).code).toBe(code);
    expect(existsSync(`${fake(program)}.answer`)).toBe(false);
  });

  it.runIf(name === "pipe")("talkative: it ends, though its last words may be lost", async () => {
    const { code } = await failureOf(strategyWith(name, fake("talkative")).encrypt(typedJob()));
    expect(["no-identity-match", "program-failed"]).toContain(code);
  });
});

describe.each(names)("%s is cancelled", (name) => {
  const reason = new Error("the user cancelled");

  it("before it began", async () => {
    const signal = AbortSignal.abort(reason);
    const strategy = strategyWith(name, fake("telling"));
    await expect(encryptBytes(strategy, plaintext, { signal })).rejects.toBe(reason);
    expect(existsSync(`${fake("telling")}.told`)).toBe(false);
  });

  it.each([0, 1, 2, 5, 10, 20, 50, 100])("after %i ms", async (wait) => {
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort(reason);
    }, wait);
    const { signal } = controller;
    const strategy = strategyWith(name, fake("hanging-midway"));
    await expect(encryptBytes(strategy, plaintext, { signal })).rejects.toBe(reason);
    expect(programs()).toEqual([]);
    expect(folders()).toEqual([]);
  });

  it.skipIf(!hasPty).each([0, 5, 20, 50, 100])("after %i ms, on a terminal", async (wait) => {
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort(reason);
    }, wait);
    const job = { ...typedJob(), signal: controller.signal };
    const work = strategyWith(name, fake("hanging")).encrypt(job);
    await expect(work).rejects.toBe(reason);
    expect(folders()).toEqual([]);
  });
});

/** The descriptors of a program, each with what it leads to. */
type Open = readonly (readonly [number, string])[];

/** Finds a program's descriptors after its key's that lead to what this process has open. */
function inherited(open: Open): readonly number[] {
  const own = new Set(
    readdirSync("/proc/self/fd").flatMap((descriptor) => {
      try {
        return [readlinkSync(`/proc/self/fd/${descriptor}`)];
      } catch {
        return [];
      }
    }),
  );
  // These names say nothing about which of them it is.
  const isNameless = (place: string) => /^(?:anon_inode:|\/dev\/)/.test(place);
  const found = open.flatMap(([descriptor, place]) =>
    descriptor > 3 && own.has(place) && !isNameless(place) ? [descriptor] : [],
  );
  return found.sort((one, other) => one - other);
}

/** Runs the program that tells, and finds what it inherits after these descriptors. */
function inheritedBeside(...given: readonly number[]): readonly number[] {
  const answer = `${fake("telling")}.told`;
  spawnSync(fake("telling"), { stdio: ["ignore", "ignore", "ignore", "ignore", ...given] });
  const { open } = JSON.parse(readFileSync(answer, "utf8")) as { open: Open };
  rmSync(answer);
  return inherited(open);
}

it("a descriptor that a program inherits is found", () => {
  const { descriptor } = testFile();
  expect(inheritedBeside(descriptor)).toEqual([4, ...inheritedBeside()]);
});

describe.each(names)("%s tells a program", (name) => {
  it("no key in arguments or environment, and nothing else of this process", async () => {
    const answer = `${fake("telling")}.told`;
    onTestFinished(() => {
      rmSync(answer, { force: true });
    });
    testFile();
    process.env["CAGE_TEST_MARK"] = "of the user";
    onTestFinished(() => {
      delete process.env["CAGE_TEST_MARK"];
    });
    const strategy = strategyWith(name, fake("telling"));
    const identity = new TextDecoder().decode(alice.encode()).trim();
    await failureOf(decryptBytes(strategy, encrypted, byAlice()));
    const text = readFileSync(answer, "utf8");
    const told = JSON.parse(text) as {
      args: string[];
      open: Open;
      environment: Record<string, string>;
      key: string;
      cwd: string;
    };
    expect(told.key.trim()).toBe(identity);
    expect(JSON.stringify([told.args, told.environment])).not.toContain("AGE-SECRET-KEY");
    expect(Object.keys(told.environment).sort()).toEqual(
      ["CAGE_PROGRAM_OF", "HOME", "LC_ALL", "PATH", "PINENTRY_PROGRAM", "TERM"].sort(),
    );
    expect(told.open.map(([descriptor]) => descriptor)).toEqual(
      expect.arrayContaining([0, 1, 2, 3]),
    );
    // Whatever started the tests may pass some on to every process below it.
    expect(inherited(told.open)).toEqual(inheritedBeside());
    expect(told.cwd).toMatch(new RegExp(`^/dev/shm/cage-${process.pid}-[0-9a-f-]+$`));
    expect(told.args.slice(0, 3)).toEqual(["-d", "-i", "/dev/fd/3"]);
  });

  it("recipients in a descriptor, and ages's names of what is asked", async () => {
    const answer = `${fake("telling")}.told`;
    onTestFinished(() => {
      rmSync(answer, { force: true });
    });
    const strategy = strategyWith(name, fake("telling"));
    expect(await failureOf(encryptBytes(strategy, plaintext))).toEqual(ageError("program-failed"));
    const told = JSON.parse(readFileSync(answer, "utf8")) as { args: string[]; key: string };
    expect(told.key).toBe(`${alice.recipient.toString()}\n`);
    expect(told.args.slice(0, 3)).toEqual(["-e", "-R", "/dev/fd/3"]);
  });
});
