import { homedir } from "node:os";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  settings,
  warnOfWrongRetention,
  warnOfWrongSettings,
  workspaceFolder,
} from "../../../src/vscode/settings/settings";
import {
  contradiction,
  placeOfChoice,
  setStrategy,
} from "../../../src/vscode/settings/strategySetting";
import { user } from "../fakeUser";
import { held } from "../fakeWorkspace";

vi.mock("vscode", () => import("../fakeWindow"));

const variables = ["CAGE_STREAMING_STRATEGY", "CAGE_STREAMING_BUFFER", "CAGE_PASSPHRASE_PIPE"];

beforeEach(() => {
  for (const name of variables) vi.stubEnv(name, undefined);
  held.folders = ["/w"];
});

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Sets one of the user's settings. */
function set(name: string, value: unknown): void {
  held.settings.user[`cage.${name}`] = value;
}

describe("a setting", () => {
  it.each<[string, keyof typeof settings, (readonly [unknown, unknown])[]]>([
    [
      "identities",
      "identities",
      [
        [["/a", 1], ["/a"]],
        ["/a", []],
        [undefined, []],
      ],
    ],
    [
      "files",
      "files",
      [
        [["*.x"], ["*.x"]],
        [{}, []],
      ],
    ],
    [
      "lock.afterMinutes",
      "lockAfterMinutes",
      [
        [5, 5],
        [0, 0],
        [-1, 30],
        ["5", 30],
      ],
    ],
    [
      "drafts.keepDays",
      "draftsKeepDays",
      [
        [5, 5],
        [0, 0],
        [-1, 30],
        ["5", 30],
      ],
    ],
    [
      "engine",
      "engine",
      [
        ["wasm", "wasm"],
        ["openssl", "openssl"],
        ["fast", "auto"],
      ],
    ],
    [
      "streaming.bufferSize",
      "bufferSize",
      [
        ["256K", 262_144],
        ["no", 1_048_576],
      ],
    ],
    [
      "streaming.allowDiskStaging",
      "allowsDiskStaging",
      [
        [true, true],
        ["true", false],
      ],
    ],
    [
      "age.path",
      "ageProgram",
      [
        [" /bin/age ", "/bin/age"],
        ["~/age", `${homedir()}/age`],
      ],
    ],
    [
      "age.timeoutSeconds",
      "ageTimeout",
      [
        [5, 5],
        ["7", 7],
        [0.5, 60],
        ["no", 60],
      ],
    ],
    [
      "audit.file",
      "auditFile",
      [
        ["~/log", `${homedir()}/log`],
        [undefined, ""],
        [5, "5"],
      ],
    ],
    [
      "backup.retention",
      "retentionText",
      [
        ["keep_all", "keep_all"],
        ["", "none"],
        [1, "1"],
      ],
    ],
    [
      "backup.retention",
      "retention",
      [
        ["keep_all", { kind: "keep_all" }],
        ["x", { kind: "none" }],
      ],
    ],
    [
      "backup.folder",
      "backupFolder",
      [
        ["/b", "/b"],
        [undefined, ""],
      ],
    ],
    [
      "backup.maxMegabytes",
      "backupBytes",
      [
        [2, 2e6],
        [0, 1e9],
        ["no", 1e9],
      ],
    ],
  ])("%s is read by %s, and what it can't be is its default", (name, read, values) => {
    for (const [value, expected] of values) {
      set(name, value);
      expect((settings[read] as () => unknown)()).toEqual(expected);
    }
  });

  it("says what Encrypt Folder… leaves out", () => {
    expect(settings.leftOut()).toEqual({ byIgnoreFiles: true, exclude: [] });
    set("folders.useIgnoreFiles", false);
    set("folders.exclude", ["*.o", 1]);
    expect(settings.leftOut()).toEqual({ byIgnoreFiles: false, exclude: ["*.o"] });
  });
});

const setting = "cage.streaming.strategy";

describe("the strategy", () => {
  it("is the narrowest that is set, else the environment's, else auto", () => {
    expect(settings.strategy("/w/a")).toMatchObject({ strategy: "auto", by: "default" });
    expect(settings.strategyPlace("/w/a")).toBeNull();
    vi.stubEnv("CAGE_STREAMING_STRATEGY", " Pipe ");
    expect(settings.strategy("/w/a")).toMatchObject({ strategy: "pipe", by: "environment" });
    for (const [place, strategy] of [
      ["user", "tempfile"],
      ["workspace", "native"],
      ["folder", "pipe"],
    ] as const) {
      held.settings[place][setting] = strategy;
      expect(settings.strategy("/w/a")).toMatchObject({ strategy, by: "setting" });
      expect(settings.strategyPlace("/w/a")).toBe(place === "folder" ? "workspace" : place);
    }
    held.workspaceFile = {};
    expect(settings.strategyPlace("/w/a")).toBe("folder");
  });

  it("is the user's alone where the workspace is not trusted", () => {
    held.settings.workspace[setting] = held.settings.folder[setting] = "pipe";
    set("streaming.strategy", "tempfile");
    held.isTrusted = false;
    expect(settings.strategy("/w/a").strategy).toBe("tempfile");
  });

  it("that is none hides no valid one further out", () => {
    held.settings.folder[setting] = "fast";
    set("streaming.strategy", "tempfile");
    expect(settings.strategy("/w/a").strategy).toBe("tempfile");
    expect(settings.strategyPlace("/w/a")).toBe("user");
    expect(settings.wrongStrategy()).toBe("fast");
  });

  it("takes passphrases by a pipe where the environment says so", () => {
    for (const [value, expected] of [
      ...([
        ["", false],
        ["0", false],
        ["No", false],
        ["1", true],
        ["yes", true],
      ] as const),
    ]) {
      vi.stubEnv("CAGE_PASSPHRASE_PIPE", value);
      expect(settings.strategy("/w/a").pipesPassphrases).toBe(expected);
    }
  });
});

describe("a setting that means nothing", () => {
  it("is told of, with what is used instead; others are not", () => {
    warnOfWrongSettings();
    warnOfWrongRetention();
    expect(user.shown).toEqual([]);
    set("streaming.strategy", ["fast"]);
    set("streaming.bufferSize", "big");
    set("backup.retention", "some");
    warnOfWrongSettings();
    warnOfWrongRetention();
    expect(user.texts("warning")).toEqual([
      expect.stringMatching(/fast.* is not a strategy and is not used; auto is\./),
      expect.stringMatching(/^"big" is not a buffer size, so 1024 KiB is used\./),
      expect.stringMatching(/^"some" is not a rule for keeping versions/),
    ]);
  });

  it("is found in the environment, too", () => {
    vi.stubEnv("CAGE_STREAMING_STRATEGY", "fast");
    vi.stubEnv("CAGE_STREAMING_BUFFER", "big");
    expect([settings.wrongStrategy(), settings.wrongBufferSize()]).toEqual(["fast", "big"]);
    vi.stubEnv("CAGE_STREAMING_STRATEGY", "PIPE");
    vi.stubEnv("CAGE_STREAMING_BUFFER", "1M");
    expect([settings.wrongStrategy(), settings.wrongBufferSize()]).toEqual([null, null]);
    expect(settings.bufferSize()).toBe(1 << 20);
  });
});

describe("the strategy that is set for a file", () => {
  it.each([
    ["user", "/w/a", { folders: [] }],
    ["user", "/w/a", { isTrusted: false }],
    ["workspace", "/w/a", {}],
    ["workspace", "/elsewhere/a", { workspaceFile: {} }],
    ["workspace", null, { workspaceFile: {} }],
    ["folder", "/w/a", { workspaceFile: {} }],
  ] as const)("goes to the settings of the %s: %s, %j", async (place, path, window) => {
    Object.assign(held, window);
    expect(placeOfChoice(path)).toBe(place);
    expect(await setStrategy("pipe", path)).toBe(place);
    expect(held.settings[place]).toEqual({ [setting]: "pipe" });
  });

  it("is not set where that can't be written; the settings open on request", async () => {
    held.takesSettings = false;
    expect(await setStrategy("pipe", "/w/a")).toBeNull();
    expect(held.ran).toEqual([]);
    user.will("Open Settings");
    expect(await setStrategy("pipe", "/w/a")).toBeNull();
    expect(held.ran).toEqual([["workbench.action.openSettings", setting]]);
  });

  it("may be overridden", () => {
    set("streaming.strategy", "pipe");
    expect(contradiction("pipe", "/w/a")).toBe("");
    expect(contradiction("native", "/w/a")).toMatch(/^But pipe is still used, since your user/);
  });
});

it("the folder of a file is that of the workspace", () => {
  expect([workspaceFolder("/w/b/c"), workspaceFolder("/elsewhere")]).toEqual(["/w", null]);
});
