import { describe, expect, it } from "vitest";
import type { Recipient } from "../../src/age/identity";
import { ScryptRecipient } from "../../src/age/scrypt";
import { X25519Identity } from "../../src/age/x25519";
import {
  chosenStrategy,
  confirmUsable,
  requestToDecrypt,
  requestToEncrypt,
  type Strategies,
} from "../../src/strategies/chosenStrategy";
import type { Choice } from "../../src/strategies/selectStrategy";
import type { Situation } from "../../src/strategies/situation";
import type {
  EncryptJob,
  Outcome,
  Report,
  ResumeEncryptJob,
  UnlockedJob,
  VerifyJob,
} from "../../src/strategies/strategy";
import { ageError, bytes } from "../age/kit";

const alice = X25519Identity.generate();
const memory = { kind: "memory", bytes: new Uint8Array(3) } as const;
const file = { kind: "file", descriptor: 9, size: 3 } as const;
const encryptJob: EncryptJob = {
  ...{ input: memory, output: { kind: "memory" }, format: "binary" },
  recipients: [alice.recipient],
};
const ofCage: Recipient = { type: "own", wrapFileKey: () => Promise.resolve([]) };

/** Makes strategies that only record their calls. */
function strategiesOf(): { calls: string[]; strategies: Strategies } {
  const calls: string[] = [];
  const did = (strategy: Report["strategy"], what: string) => (): Promise<Outcome> => {
    calls.push(`${strategy} ${what}`);
    const report: Report = {
      ...{ operation: "encrypt", strategy, engine: "some", threads: 1, bytes: 3 },
      ...{ resumedBytes: 0, seconds: 1, reason: "", fallbacks: ["its own note"], bufferSize: 1 },
    };
    return Promise.resolve({ report, bytes: null });
  };
  const programs = (name: "pipe" | "tempfile") => ({
    ...{ name, encrypt: did(name, "encrypts"), decrypt: did(name, "decrypts") },
  });
  const native = {
    ...{ encrypt: did("native", "encrypts"), decrypt: did("native", "decrypts") },
    ...{ resumeEncryption: did("native", "resumes"), verify: did("native", "verifies") },
  };
  return { calls, strategies: { native, byProgram: programs } };
}

const here: Situation = {
  ...{ platform: "linux", isTrusted: true, hasPty: true, allowsDiskStaging: false },
  program: {
    ...{ path: "/usr/bin/age", kind: "age", version: "1.1.1", takesPassphrases: false },
    ...{ postQuantum: false, pluginPath: "" },
  },
  memory: { kind: "memory", parent: "/dev/shm" },
};
const choice = (strategy: Choice["strategy"], by: Choice["by"] = "setting"): Choice => ({
  ...{ strategy, by, pipesPassphrases: false },
});
const chosen = (
  strategies: Strategies,
  asked: Choice,
  more: Partial<Situation> = {},
): ReturnType<typeof chosenStrategy> =>
  chosenStrategy(asked, strategies, () => Promise.resolve({ ...here, ...more }));

describe("a chosen strategy", () => {
  it.each(["native", "pipe", "tempfile"] as const)("is used: %s", async (name) => {
    const { calls, strategies } = strategiesOf();
    const { report } = await chosen(strategies, choice(name)).encrypt(encryptJob);
    expect(calls).toEqual([`${name} encrypts`]);
    expect(report.strategy).toBe(name);
    expect(report.reason).toBe("cage.streaming.strategy asks for it");
    expect(report.fallbacks).toEqual(["its own note"]);
  });

  it("looks once at the machine, hands over the program that it saw, and can be cancelled", async () => {
    const { strategies } = strategiesOf();
    const seen: unknown[] = [];
    const { signal } = new AbortController();
    const strategy = chosenStrategy(
      choice("pipe"),
      {
        ...strategies,
        byProgram: (name, program) => {
          seen.push(program);
          return strategies.byProgram(name, program);
        },
      },
      (given) => {
        seen.push(given);
        return Promise.resolve(here);
      },
    );
    await strategy.encrypt({ ...encryptJob, signal });
    expect(seen).toEqual([signal, here.program]);
  });

  it("tells first what was passed, then what the strategy notes", async () => {
    const { calls, strategies } = strategiesOf();
    const strategy = chosen(strategies, choice("pipe", "environment"));
    const recipients = [new ScryptRecipient(bytes("x"))];
    const { report } = await strategy.encrypt({ ...encryptJob, recipients });
    expect(calls).toEqual(["tempfile encrypts"]);
    expect(report.fallbacks).toEqual(["not pipe: CAGE_PASSPHRASE_PIPE is not set", "its own note"]);
  });

  it.each([
    ["program-not-found", { program: { missing: "nothing is there" } }, [alice.recipient]],
    ["timed-out", { program: { missing: "it hangs", code: "timed-out" } }, [alice.recipient]],
    ["strategy-unable", {}, [ofCage]],
    [
      "strategy-unable",
      { isTrusted: false, program: { missing: "Cage does not look for it" } },
      [alice.recipient],
    ],
    ["strategy-unable", { platform: "darwin" }, [alice.recipient]],
  ] as const)("that can't do it is %s, and nothing is done", async (code, more, recipients) => {
    const { calls, strategies } = strategiesOf();
    const work = chosen(strategies, choice("pipe"), more).encrypt({ ...encryptJob, recipients });
    await expect(work).rejects.toEqual(ageError(code));
    expect(calls).toEqual([]);
  });

  it.each([
    ["auto", true],
    ["native", true],
    ["pipe", false],
    ["tempfile", false],
  ] as const)("%s resumes: %s; Cage itself always verifies", async (name, resumes) => {
    const { calls, strategies } = strategiesOf();
    const strategy = chosen(strategies, choice(name));
    await strategy.verify({} as VerifyJob);
    expect(strategy.resumeEncryption !== null).toBe(resumes);
    await strategy.resumeEncryption?.({} as ResumeEncryptJob);
    expect(calls).toEqual(["native verifies", ...(resumes ? ["native resumes"] : [])]);
  });
});

describe("a request", () => {
  const passphrase = bytes("x");
  it.each([
    ["keys", { recipients: [alice.recipient, alice.recipient] }, "keys", true],
    ["of nobody", { recipients: [] }, "keys", true],
    ["a passphrase", { recipients: [new ScryptRecipient(passphrase)] }, "passphrase", true],
    ["Cage's own", { recipients: [alice.recipient, ofCage] }, "Cage's own", true],
    ["a file", { input: file, output: { kind: "file", descriptor: 9 } }, "keys", false],
    ["a file to memory", { input: file }, "keys", true],
    ["memory to a file", { output: { kind: "file", descriptor: 9 } }, "keys", true],
  ] as const)("to encrypt: %s", (_title, more, kind, isDocument) => {
    const request = requestToEncrypt({ ...encryptJob, ...more });
    expect(request).toMatchObject({ operation: "encrypt", key: { kind }, isDocument });
  });

  it.each([
    [{ kind: "identity", text: alice.encode() }, { kind: "keys" }],
    [
      { kind: "passphrase", passphrase },
      { kind: "passphrase", passphrase },
    ],
  ] as const)("to decrypt by $kind", (unlockedBy, key) => {
    const job = { ...encryptJob, unlockedBy } as unknown as UnlockedJob;
    const request = { operation: "decrypt", key, isDocument: true, size: 3 };
    expect(requestToDecrypt(job)).toEqual(request);
  });
});

describe("whether a choice is usable at all", () => {
  const usable = (strategy: Choice["strategy"], situation: Situation | null): Promise<void> =>
    confirmUsable({ strategy, by: "setting", pipesPassphrases: false }, () =>
      situation === null ? Promise.reject(new Error("nobody asks")) : Promise.resolve(situation),
    );
  const missing = { missing: "there is none" };

  it.each(["pipe", "tempfile"] as const)("%s is not without a program", async (strategy) => {
    const failing = usable(strategy, { ...here, program: missing });
    await expect(failing).rejects.toEqual(ageError("program-not-found"));
  });

  it("pipe is with a passphrase, where keys have no memory", async () => {
    const memory = { kind: "none", reason: "there is none" } as const;
    await usable("pipe", { ...here, memory });
    const failing = usable("pipe", { ...here, memory, hasPty: false });
    await expect(failing).rejects.toEqual(ageError("strategy-unable"));
  });

  it.each(["native", "auto"] as const)("%s is, whatever there is", async (strategy) => {
    await usable(strategy, null);
  });
});
