import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { forceEngine } from "../../src/age/engines/engineChoice";
import { bytes } from "../age/kit";
import type { AgeProgram } from "../../src/strategies/cli/program";
import {
  type Choice,
  type Selection,
  selectStrategy,
  type StrategyRequest,
  verdicts,
} from "../../src/strategies/selectStrategy";
import type { Situation } from "../../src/strategies/situation";

const program = (more: Partial<AgeProgram> = {}): AgeProgram => ({
  ...{ path: "/usr/bin/age", kind: "age", version: "1.1.1", takesPassphrases: false },
  ...{ postQuantum: false, pluginPath: "/usr/bin" },
  ...more,
});

/** Describes a machine that can do everything, with a terminal. */
const machine = (more: Partial<Situation> = {}): Situation => ({
  ...{ platform: "linux", isTrusted: true, program: program(), hasPty: true },
  ...{ memory: { kind: "memory", parent: "/dev/shm" }, allowsDiskStaging: false },
  ...more,
});
const batchpass = program({ version: "1.3.2", takesPassphrases: true });
const noMemory = { memory: { kind: "none", reason: "there is none" } } as const;

const keysOfDocument: StrategyRequest = {
  ...{ operation: "decrypt", key: { kind: "keys" }, isDocument: true, size: 1000 },
};
const keysOfFile: StrategyRequest = { ...keysOfDocument, isDocument: false };
const ofCage: StrategyRequest = { ...keysOfFile, key: { kind: "Cage's own" } };
const typed = (passphrase: string | Uint8Array | null, isDocument = true): StrategyRequest => ({
  operation: "encrypt",
  key: {
    kind: "passphrase",
    passphrase: typeof passphrase === "string" ? bytes(passphrase) : passphrase,
  },
  isDocument,
  size: 1000,
});
const plain = typed("correct horse");

/** The obstacle to a program's strategies; the same for both unless two are given. */
type ObstacleCase = readonly [
  title: string,
  request: StrategyRequest,
  here: Partial<Situation>,
  pipe: RegExp | null,
  tempfile?: RegExp | null,
];
const obstacleCases: readonly ObstacleCase[] = [
  ["keys of a document", keysOfDocument, {}, null],
  ["keys of a file", keysOfFile, {}, null],
  ["a passphrase", plain, {}, null],
  ["a passphrase that is not known yet", typed(null), {}, null],
  ["macOS", keysOfFile, { platform: "darwin" }, /only on Linux/],
  ["Windows", plain, { platform: "win32" }, /only on Linux/],
  ["an untrusted workspace", keysOfFile, { isTrusted: false }, /not trusted/],
  ["no program", keysOfFile, { program: { missing: "nothing is there" } }, /^nothing is there$/],
  ["a passphrase and no program", plain, { program: { missing: "nothing" } }, /^nothing$/],
  ["a recipient that only Cage knows", ofCage, {}, /only Cage can encrypt to/],
  ["keys without memory", keysOfFile, noMemory, /in memory, and there is none/],
  [
    "keys of a document without memory, where the disk is allowed",
    keysOfDocument,
    { ...noMemory, allowsDiskStaging: true },
    /handed to the program in memory/,
  ],
  ["a passphrase without node-pty", plain, { hasPty: false }, /age 1\.1\.1 takes .* node-pty/],
  [
    "rage without node-pty",
    plain,
    { hasPty: false, program: program({ kind: "rage", version: "0.12.1" }) },
    /rage 0\.12\.1 takes/,
  ],
  [
    "a passphrase by batchpass, without node-pty",
    plain,
    { hasPty: false, program: batchpass },
    null,
  ],
  ["keys without node-pty", keysOfDocument, { hasPty: false }, null],
  ["a passphrase of a document without memory", plain, noMemory, null, /allowDiskStaging is off/],
  [
    "a passphrase of a document without memory, where the disk is allowed",
    plain,
    { ...noMemory, allowsDiskStaging: true },
    null,
  ],
  ["a passphrase of a file without memory", typed("x", false), noMemory, null],
  [
    "a passphrase of a document by batchpass without memory",
    plain,
    { ...noMemory, program: batchpass },
    null,
    /allowDiskStaging is off/,
  ],
  ["an empty passphrase", typed(""), {}, /makes up a passphrase/],
  ["a passphrase of 4095 bytes", typed("x".repeat(4095)), {}, null],
  ["one of 4096 bytes", typed("x".repeat(4096)), {}, /4095 bytes at most/],
  ["one of 4096 bytes in fewer characters", typed("ä".repeat(2048)), {}, /4095 bytes at most/],
  ["one of 4096 bytes by batchpass", typed("x".repeat(4096)), { program: batchpass }, null],
  ["UTF-8, quotes, dollars and tabs", typed("pä\u{1f511}'\"`$x\t\\ "), {}, null],
  ...[0, 1, 3, 4, 8, 10, 13, 17, 19, 21, 22, 26, 27, 28, 127].map((control): ObstacleCase => [
    `the control character ${control}`,
    typed(`a${String.fromCharCode(control)}b`),
    {},
    /control character/,
  ]),
  ["a line end by batchpass", typed("ab\n"), { program: batchpass }, /drops/],
  ["a carriage return by batchpass", typed("ab\r"), { program: batchpass }, /drops/],
  ["a line end in the middle by batchpass", typed("a\nb"), { program: batchpass }, null],
  ["a control character by batchpass", typed("a\u0015b"), { program: batchpass }, null],
];

describe("what stands in the way", () => {
  it.each(obstacleCases.map((one) => ({ title: one[0], one })))("$title", ({ one }) => {
    const [, request, here, pipe, tempfile = pipe] = one;
    const [native, ...others] = verdicts(request, machine(here));
    expect(native).toEqual({ strategy: "native", obstacle: null });
    expect(others).toEqual([
      { strategy: "pipe", obstacle: matching(pipe) },
      { strategy: "tempfile", obstacle: matching(tempfile) },
    ]);
  });
});

const choice = (
  strategy: Choice["strategy"],
  by: Choice["by"],
  pipesPassphrases = false,
): Choice => ({
  ...{ strategy, by, pipesPassphrases },
});
const noPty = { hasPty: false };
const noProgram = { program: { missing: "nothing is there" } };

const selections: readonly [
  choice: Choice,
  title: string,
  request: StrategyRequest,
  here: Partial<Situation>,
  /** The strategy, the reason and the fallbacks; or the obstacle to each of them. */
  expected: [string, RegExp, ...RegExp[]] | RegExp[],
][] = [
  [choice("auto", "default"), "anything", plain, {}, ["native", /supports everything/]],
  [choice("auto", "setting"), "no program", keysOfFile, noProgram, ["native", /supports every/]],
  [choice("auto", "environment"), "anything", ofCage, {}, ["native", /supports everything/]],
  [choice("native", "setting"), "anything", plain, {}, ["native", /^cage\.streaming\.strategy/]],
  [choice("native", "environment"), "keys", keysOfFile, {}, ["native", /^CAGE_STREAMING_STRAT/]],
  [choice("pipe", "setting"), "keys", keysOfDocument, {}, ["pipe", /^cage\.streaming\.strategy/]],
  [choice("pipe", "setting"), "a passphrase", plain, {}, ["pipe", /^cage\.streaming\.strategy/]],
  [choice("pipe", "setting"), "a passphrase, no node-pty", plain, noPty, [/node-pty/]],
  [choice("pipe", "setting"), "no program", keysOfFile, noProgram, [/^nothing is there$/]],
  [choice("tempfile", "setting"), "a passphrase", plain, {}, ["tempfile", /^cage\.streaming/]],
  [choice("tempfile", "setting"), "no memory", plain, noMemory, [/allowDiskStaging/]],
  [choice("tempfile", "environment"), "keys", keysOfFile, {}, ["tempfile", /^CAGE_STREAMING/]],
  [choice("tempfile", "environment"), "no program", plain, noProgram, [/^nothing is there$/]],
  [choice("pipe", "environment"), "keys", keysOfFile, {}, ["pipe", /^CAGE_STREAMING_STRATEGY/]],
  [
    choice("pipe", "environment"),
    "a passphrase that it may not pipe",
    plain,
    {},
    ["tempfile", /first that can/, /^not pipe: CAGE_PASSPHRASE_PIPE is not set$/],
  ],
  [
    choice("pipe", "environment", true),
    "a passphrase that it may pipe",
    plain,
    {},
    ["pipe", /^CAGE_STREAMING_STRATEGY/],
  ],
  [
    choice("pipe", "environment", true),
    "keys, and no memory but the disk",
    keysOfDocument,
    { ...noMemory, allowsDiskStaging: true },
    [/in memory, and there is none/, /in memory, and there is none/],
  ],
  [
    choice("pipe", "environment"),
    "a passphrase without node-pty",
    plain,
    noPty,
    [/CAGE_PASSPHRASE_PIPE/, /node-pty/],
  ],
  [choice("pipe", "setting", false), "a passphrase by setting", plain, {}, ["pipe", /^cage/]],
];

describe("selected is", () => {
  it.each(selections)("$strategy by $by: %s", async (chosen, _title, request, here, expected) => {
    const selection = await selectStrategy(chosen, request, () => Promise.resolve(machine(here)));
    expect(rowOf(selection)).toEqual(expected.map(matching));
  });

  it("native without a look at the machine", async () => {
    const look = (): Promise<Situation> => Promise.reject(new Error("nobody needs to know"));
    for (const strategy of ["auto", "native"] as const) {
      const selection = await selectStrategy(choice(strategy, "default"), plain, look);
      expect(selection).toMatchObject({ kind: "selected", strategy: "native" });
    }
  });
});

describe("with the portable engine only, auto", () => {
  beforeEach(() => {
    forceEngine("portable");
    onTestFinished(() => {
      forceEngine(null);
    });
  });
  const much = { ...keysOfFile, size: (4 << 20) + 1 };
  const rows: readonly [
    title: string,
    request: StrategyRequest,
    here: Partial<Situation>,
    expected: [string, RegExp, ...RegExp[]],
  ][] = [
    ["takes native for 4 MiB", { ...much, size: 4 << 20 }, {}, ["native", /supports everything/]],
    ["takes a program for more", much, {}, ["pipe", /first that can/, /^not native: .*portable/]],
    [
      "takes native where there is no program",
      much,
      noProgram,
      [
        "native",
        /first that can/,
        /^native all the same: .*portable/,
        /^not pipe: nothing/,
        /^not tempfile: nothing/,
      ],
    ],
  ];
  it.each(rows)("%s", async (_title, request, here, expected) => {
    const look = (): Promise<Situation> => Promise.resolve(machine(here));
    const selection = await selectStrategy(choice("auto", "default"), request, look);
    expect(rowOf(selection)).toEqual(expected.map(matching));
  });

  it("chosen by a setting, native stays native", async () => {
    const look = (): Promise<Situation> => Promise.reject(new Error("nobody needs to know"));
    const selection = await selectStrategy(choice("native", "setting"), much, look);
    expect(selection).toMatchObject({ kind: "selected", strategy: "native", fallbacks: [] });
  });
});

/** Converts a selection into a row of the table. */
function rowOf(selection: Selection): readonly string[] {
  if (selection.kind === "none") return selection.obstacles.map(({ obstacle }) => obstacle);
  return [selection.strategy, selection.reason, ...selection.fallbacks];
}

function matching(expected: string | RegExp | null): unknown {
  return expected === null || typeof expected === "string"
    ? expected
    : expect.stringMatching(expected);
}
