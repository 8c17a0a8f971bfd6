import { beforeEach, expect, it, vi } from "vitest";
import { Uri } from "vscode";
import { AgeError } from "../../../src/age/errors";
import type { CommandContext } from "../../../src/vscode/commands/context";
import { openDecryptedCommand } from "../../../src/vscode/commands/openDecrypted";
import { setUp } from "../../keys/kit";

const fake = vi.hoisted(() => ({ told: [] as string[] }));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  ViewColumn: { Active: -1 },
  window: {
    tabGroups: { all: [] },
    showErrorMessage: (text: string) => Promise.resolve(void fake.told.push(text)),
  },
}));

const uris = ["a", "b", "c"].map((name) => Uri.file(`/w/${name}.age`));

/** Opens all of them. @returns those that it tried. */
async function open(
  work: (path: string, lock: () => void) => Promise<void>,
): Promise<readonly string[]> {
  const { ring } = setUp(30);
  ring.unlock();
  const tried: string[] = [];
  const opener = {
    open: (path: string) => {
      tried.push(path);
      return work(path, () => {
        ring.lock();
      });
    },
  };
  const log = { failure: () => undefined };
  const documentContext = { keys: { keyring: ring } };
  const context = { opener, log, documentContext } as unknown as CommandContext;
  await openDecryptedCommand(context, uris[0], uris);
  return tried;
}

beforeEach(() => {
  fake.told = [];
});

it("one of several files that fails is told of, and stops no other", async () => {
  const tried = await open((path) =>
    path === "/w/b.age"
      ? Promise.reject(new AgeError("not-age", "it is no age file"))
      : Promise.resolve(),
  );
  expect(tried).toEqual(["/w/a.age", "/w/b.age", "/w/c.age"]);
  expect(fake.told).toHaveLength(1);
  expect(fake.told[0]).toMatch(/^b\.age: It is no age file\./);
});

it("a lock ends it: the next file would unlock Cage again", async () => {
  const tried = await open((path, lock) => {
    if (path !== "/w/b.age") return Promise.resolve();
    lock();
    return Promise.reject(new AgeError("locked", "the file is locked"));
  });
  expect(tried).toEqual(["/w/a.age", "/w/b.age"]);
  expect(fake.told).toEqual([]);
});
