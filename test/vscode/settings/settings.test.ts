import { homedir } from "node:os";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { recipientRules } from "../../../src/vscode/settings/settings";

/** A window with the folders /w/a and /w/b, and the values of `cage.recipients` in each place. */
const fake = vi.hoisted(() => ({ isTrusted: true, places: {} }));

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
    getConfiguration: () => ({ inspect: () => fake.places }),
  },
}));

beforeEach(() => {
  Object.assign(fake, { isTrusted: true, places: {} });
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
