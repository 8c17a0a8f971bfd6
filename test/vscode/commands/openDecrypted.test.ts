import { TabInputCustom, Uri } from "vscode";
import { expect, it, vi } from "vitest";
import { AgeError } from "../../../src/age/errors";
import { openDecryptedCommand } from "../../../src/vscode/commands/openDecrypted";
import { viewType } from "../../../src/vscode/editor/openRedirect";
import { desk } from "../../documents/kit";
import { user } from "../fakeUser";
import { held } from "../fakeWorkspace";
import { commandDesk } from "./kit";

vi.mock("vscode", () => import("../fakeWindow"));

const uris = ["a", "b", "c"].map((name) => Uri.file(`/w/${name}.age`));

/** Opens all of them. @returns those that it tried. */
async function open(
  work: (path: string, lock: () => void) => Promise<void>,
): Promise<readonly string[]> {
  const at = await desk();
  at.keyring.unlock();
  const tried: string[] = [];
  const open = (path: string) => {
    tried.push(path);
    return work(path, () => {
      at.keyring.lock();
    });
  };
  const { context } = await commandDesk({ opener: { open } }, at);
  await openDecryptedCommand(context, uris[0], uris);
  return tried;
}

it("one of several files that fails is told of, and stops no other", async () => {
  const tried = await open((path) =>
    path === "/w/b.age"
      ? Promise.reject(new AgeError("not-age", "it is no age file"))
      : Promise.resolve(),
  );
  expect(tried).toEqual(["/w/a.age", "/w/b.age", "/w/c.age"]);
  expect(user.texts()).toHaveLength(1);
  expect(user.last("error").text).toMatch(/^b\.age: It is no age file\./);
});

it("a lock ends it: the next file would unlock Cage again", async () => {
  const tried = await open((path, lock) => {
    if (path !== "/w/b.age") return Promise.resolve();
    lock();
    return Promise.reject(new AgeError("locked", "the file is locked"));
  });
  expect(tried).toEqual(["/w/a.age", "/w/b.age"]);
  expect(user.shown).toEqual([]);
});

const pageOf = (path: string) => ({ input: new TabInputCustom(Uri.file(path), viewType) });

it("one file opens in a preview, several in tabs of their own, and their pages close", async () => {
  held.tabs = [pageOf("/w/a.age"), pageOf("/w/other.age")];
  const { context, opened } = await commandDesk();
  await openDecryptedCommand(context, uris[0], undefined);
  const placement = { viewColumn: -1, preview: true, preserveFocus: false };
  expect(opened).toEqual([["/w/a.age", placement]]);
  expect(held.tabs).toHaveLength(1);
  await openDecryptedCommand(context, uris[0], uris.slice(0, 2));
  expect(opened.slice(1).map(([, { preview }]) => preview)).toEqual([false, false]);
});

it("the failure of one file alone is thrown, and its page stays", async () => {
  const failure = new AgeError("not-age", "it is no age file");
  const opener = { open: () => Promise.reject(failure) };
  const { context } = await commandDesk({ opener });
  held.tabs = [pageOf("/w/a.age")];
  await expect(openDecryptedCommand(context, uris[0], undefined)).rejects.toBe(failure);
  expect([held.tabs.length, user.shown]).toEqual([1, []]);
});
