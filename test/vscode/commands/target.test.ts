import { TabInputText, Uri } from "vscode";
import { beforeEach, expect, it, vi } from "vitest";
import { encryptedTargets } from "../../../src/vscode/commands/target";

const fake = vi.hoisted(() => ({
  ...{ tab: null as object | null, found: [] as string[], chosen: undefined as string | undefined },
  ...{
    glob: "",
    titles: [] as string[],
    rows: [] as string[],
    pick: undefined as number | undefined,
  },
}));

vi.mock("vscode", async (original) => {
  const real = await original<{ Uri: { file: (path: string) => object } }>();
  const inputOf = () =>
    class {
      constructor(readonly uri: object) {}
    };
  return {
    ...real,
    TabInputText: inputOf(),
    TabInputCustom: inputOf(),
    TabInputNotebook: inputOf(),
    workspace: {
      asRelativePath: (path: string) => path.replace("/w/", ""),
      findFiles: (glob: string) => {
        fake.glob = glob;
        return Promise.resolve(fake.found.map((path) => real.Uri.file(path)));
      },
    },
    window: {
      get tabGroups() {
        return { activeTabGroup: { activeTab: { input: fake.tab } } };
      },
      showQuickPick: (
        rows: { label: string; description: string }[],
        { title }: { title: string },
      ) => {
        fake.titles.push(title);
        fake.rows = rows.map(({ label, description }) => `${label} ${description}`.trim());
        return Promise.resolve(fake.pick === undefined ? undefined : rows[fake.pick]);
      },
      showOpenDialog: () =>
        Promise.resolve(fake.chosen === undefined ? undefined : [real.Uri.file(fake.chosen)]),
    },
  };
});

beforeEach(() => {
  Object.assign(fake, { tab: null, found: [], chosen: undefined, titles: [], rows: [], pick: 0 });
});

const found = ["/w/b/secrets.yaml.age", "/w/a.AGE", "/w/voyage"];

it("a command of the palette asks for the file, whatever is selected in the Explorer", async () => {
  fake.found = found;
  expect(await encryptedTargets(undefined, undefined, "Open Raw")).toEqual(["/w/a.AGE"]);
  expect(fake.titles).toEqual(["Open Raw: which file?"]);
  expect(fake.rows).toEqual([...["a.AGE", "secrets.yaml.age b", "$(folder-opened) Another file…"]]);
  expect(fake.glob).toBe("**/*{.[aA][gG][eE],.[cC][aA][gG][eE]}");
});

it("it takes the encrypted file of the active tab, and not a plain one", async () => {
  fake.found = found;
  fake.tab = new TabInputText(Uri.file("/w/b/secrets.yaml.age"));
  expect(await encryptedTargets(undefined, undefined, "t")).toEqual(["/w/b/secrets.yaml.age"]);
  expect(fake.titles).toEqual([]);
  fake.tab = new TabInputText(Uri.file("/w/notes.txt"));
  expect(await encryptedTargets(undefined, undefined, "t")).toEqual(["/w/a.AGE"]);
});

it("any other file can be chosen, at once where the workspace has none", async () => {
  fake.chosen = "/h/other.age";
  expect(await encryptedTargets(undefined, undefined, "t")).toEqual(["/h/other.age"]);
  Object.assign(fake, { found, pick: 2 });
  expect(await encryptedTargets(undefined, undefined, "t")).toEqual(["/h/other.age"]);
  fake.pick = undefined;
  expect(await encryptedTargets(undefined, undefined, "t")).toEqual([]);
});

it("all that are selected in the Explorer are taken, each once", async () => {
  const [a, b, c] = ["/w/a.age", "/w/b.age", "/w/c.txt"].map((path) => Uri.file(path));
  expect(await encryptedTargets(a, [a, b, c, a], "t")).toEqual([
    "/w/a.age",
    "/w/b.age",
    "/w/c.txt",
  ]);
  expect(fake.titles).toEqual([]);
});
