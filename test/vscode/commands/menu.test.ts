import { TabInputText } from "vscode";
import { expect, it, vi } from "vitest";
import { menuOf, showMenu } from "../../../src/vscode/commands/menu";
import { documentUri } from "../../../src/vscode/uris";
import { user } from "../fakeUser";
import { held } from "../fakeWorkspace";

vi.mock("vscode", () => import("../fakeWindow"));

/** Returns the commands of the menu, with its headings in brackets. */
function rows(state: "locked" | "unlocked", path: string | null): readonly string[] {
  return menuOf(state, path).map((row) =>
    "heading" in row ? `[${row.heading}]` : row.command.replace("cage.", ""),
  );
}

const others = ["newEncryptedFile", "encryptFolder", "decryptFolder", "showUnfinished"];

it("offers for an encrypted file what applies to it, and the commands for folders", () => {
  const shown = rows("unlocked", "/home/me/secrets.yaml.age");
  const own = ["reencrypt", "compareDraft", "restoreVersion", "openRaw", "decryptFile"];
  expect(shown.slice(0, 13)).toEqual([
    ...["lockNow", "lockAllWindows", "[secrets.yaml.age]", ...own, "[Other files]", ...others],
  ]);
  expect(shown).not.toContain("encryptFile");
  expect(rows("locked", "/home/me/secrets.yaml.age")[0]).toBe("openDecrypted");
});

it("offers to encrypt a plain file, and nothing that only encrypted ones have", () => {
  const shown = rows("locked", "/home/me/notes.txt");
  expect(shown.slice(0, 4)).toEqual(["[notes.txt]", "encryptFile", "[Other files]", others[0]]);
  expect(shown).not.toContain("openRaw");
  expect(shown).not.toContain("reencrypt");
});

it("offers without a file what asks for one", () => {
  const shown = rows("locked", null);
  expect(shown.slice(0, 3)).toEqual(["[Files]", "encryptFile", "decryptFile"]);
  expect(shown).toEqual(expect.arrayContaining(others));
  expect(new Set(shown).size).toBe(shown.length);
});

it("has what Enter runs lock nothing but this window, and that only where it is unlocked", () => {
  const first = (state: "locked" | "unlocked", path: string | null): string | undefined =>
    rows(state, path).find((row) => !row.startsWith("["));
  for (const path of [null, "/home/me/notes.txt", "/home/me/a.age"]) {
    expect(first("unlocked", path)).toBe("lockNow");
    expect(first("locked", path)).not.toMatch(/^lock/);
    expect(rows("locked", path)).toContain("lockAllWindows");
  }
});

it("lets no file's name be an icon or a link", () => {
  expect(rows("locked", "/a/$(x) [y](command:z).age")[1]).toBe("[$ (x) [y] (command:z).age]");
});

it("runs the command of the row that is chosen, about the file of the active tab", async () => {
  held.tabs = [{ isActive: true, input: new TabInputText(documentUri("/w/a.yaml.age")) }];
  user.will("Restore Version…", undefined);
  await showMenu("unlocked");
  await showMenu("locked");
  expect(held.ran).toEqual([["cage.restoreVersion"]]);
  const labels = user.last("pick").rows.map(({ label }) => label);
  expect(labels.slice(0, 2)).toEqual(["$(unlock) Open Decrypted", "a.yaml.age"]);
});

it("runs nothing where a heading is chosen", async () => {
  user.will("Other files");
  held.tabs = [{ isActive: true, input: new TabInputText(documentUri("/w/a.yaml.age")) }];
  await showMenu("locked");
  expect(held.ran).toEqual([]);
  expect(user.last("pick").rows).toContainEqual({ label: "Cage", kind: -1, command: null });
});
