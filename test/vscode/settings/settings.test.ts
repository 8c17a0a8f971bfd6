import { homedir } from "node:os";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { recipientRules, warnOfWrongSettings } from "../../../src/vscode/settings/settings";

/** A window with the folders /w/a and /w/b, and the values of settings in each place. */
interface Fake {
  isTrusted: boolean;
  /** The values of `cage.recipients`. */
  places: object;
  /** The values of `cage.streaming.strategy`, by folder. */
  strategies: Readonly<Record<string, object>>;
  warnings: string[];
}

const fake = vi.hoisted((): Fake => ({
  isTrusted: true,
  places: {},
  strategies: {},
  warnings: [],
}));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  workspace: {
    get isTrusted() {
      return fake.isTrusted;
    },
    getWorkspaceFolder: ({ path }: { path: string }) => {
      const folder = /^\/w\/[ab](?=\/)/.exec(path)?.[0];
      return folder === undefined ? undefined : { uri: { fsPath: folder } };
    },
    workspaceFolders: ["/w/a", "/w/b"].map((fsPath) => ({ uri: { path: fsPath, fsPath } })),
    getConfiguration: (_: string, of?: { readonly path: string }) => ({
      inspect: (name: string) => {
        if (name === "streaming.strategy") return fake.strategies[of?.path ?? ""] ?? {};
        return name === "recipients" ? fake.places : {};
      },
    }),
  },
  window: {
    showWarningMessage: (message: string) => Promise.resolve(void fake.warnings.push(message)),
  },
}));

beforeEach(() => {
  Object.assign(fake, { isTrusted: true, places: {}, strategies: {}, warnings: [] });
});

function rulesFor(path: string) {
  const { folder, rules } = recipientRules(path);
  return [folder, rules.map(({ glob, recipients }) => `${glob}: ${recipients.join(" ")}`)];
}

describe("the rules of cage.recipients", () => {
  it("that a workspace gives are for files in its folders, the user's for all", () => {
    fake.places = {
      globalValue: { "*.age": ["user"] },
      // In a window with one folder, .vscode/settings.json holds the workspace's settings.
      workspaceValue: { "*": ["workspace"] },
    };
    expect(rulesFor("/w/a/x.age")).toEqual(["/w/a", ["*.age: user", "*: workspace"]]);
    expect(rulesFor("/elsewhere/x.age")).toEqual([homedir(), ["*.age: user"]]);
  });

  it("of a folder come last, and take the place of the same glob further out", () => {
    fake.places = {
      globalValue: { "*.age": ["user"], "*.txt": ["user"] },
      workspaceValue: { "*": ["workspace"], "*.txt": ["workspace"] },
      workspaceFolderValue: { "x/**": ["folder"], "*": ["folder"] },
    };
    const all = ["*.age: user", "*.txt: workspace", "*: folder", "x/**: folder"];
    expect(rulesFor("/w/b/x.age")).toEqual(["/w/b", all]);
  });

  it("are the user's alone where the workspace is not trusted", () => {
    const places = { globalValue: { "*": ["user"] }, workspaceValue: { "*.age": ["workspace"] } };
    Object.assign(fake, { isTrusted: false, places });
    expect(rulesFor("/w/a/x.age")).toEqual(["/w/a", ["*: user"]]);
  });

  it("are none where what is set is no object, and name nobody by what is no list", () => {
    fake.places = { globalValue: "*.age", workspaceValue: { "*": "age1", "*.age": [1, "x"] } };
    expect(rulesFor("/w/a/x.age")).toEqual(["/w/a", ["*: ", "*.age: x"]]);
  });
});

describe("the warning of an invalid strategy", () => {
  const begin = '"quick" is not a strategy and is not used; ';
  it.each([
    ["the usual one", { "/w/a": { workspaceFolderValue: "quick" } }, "auto is."],
    [
      "the one of the folder that has one",
      { "/w/a": { workspaceFolderValue: "quick" }, "/w/b": { workspaceFolderValue: "pipe" } },
      "auto or pipe is, depending on the folder.",
    ],
  ])("names the strategies in force: %s", (_which, strategies, end) => {
    fake.strategies = strategies;
    warnOfWrongSettings();
    expect(fake.warnings).toEqual([expect.stringContaining(`${begin}${end} Write auto`)]);
  });
});
