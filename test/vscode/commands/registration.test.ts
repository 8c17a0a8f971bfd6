import { commands, type Extension, Uri } from "vscode";
import { beforeEach, expect, it, vi } from "vitest";
import packageJSON from "../../../package.json";
import { AgeError } from "../../../src/age/errors";
import { registerCommands } from "../../../src/vscode/commands/registration";
import { user } from "../fakeUser";
import { held } from "../fakeWorkspace";
import { commandDesk } from "./kit";

vi.mock("vscode", () => import("../fakeWindow"));

/** The commands that are loaded later, all as one; and whether somebody loaded them. */
interface Later {
  isLoaded: boolean;
  run: (...given: unknown[]) => unknown;
}

const later = vi.hoisted((): Later => ({ isLoaded: false, run: () => null }));

vi.mock("../../../src/vscode/commands/commands", () => {
  later.isLoaded = true;
  const command = (...given: unknown[]): unknown => later.run(...given);
  return { commands: new Proxy({}, { get: () => command }) };
});

const uri = Uri.file("/w/a.age");

beforeEach(() => {
  later.run = () => "done";
});

async function registered() {
  const ran: string[] = [];
  const lock = (which: string) => () => Promise.resolve(ran.push(which));
  const made = await commandDesk({
    windowLocks: { lockThis: lock("lockThis"), lockAll: lock("lockAll") },
    log: { show: () => ran.push("log"), failure: (...it: unknown[]) => ran.push(String(it[0])) },
  });
  const extension = { packageJSON } as Extension<unknown>;
  return { ...made, ran, disposable: registerCommands(extension, made.context) };
}

it("locking and the log need no code that is loaded then", async () => {
  const { ran } = await registered();
  for (const id of ["cage.lockNow", "cage.lockAllWindows", "cage.showLog"]) {
    await commands.executeCommand(id);
  }
  expect(ran).toEqual(["lockThis", "lockAll", "log"]);
  expect(later.isLoaded).toBe(false);
});

it("every command of the manifest is registered, and gone when Cage is", async () => {
  const { disposable } = await registered();
  const named = packageJSON.contributes.commands.map(({ command }) => command);
  expect([...held.commands.keys()].sort()).toEqual(named.sort());
  disposable.dispose();
  expect(held.commands.size).toBe(0);
});

it("a command is loaded, given what VS Code gives, and returns its result", async () => {
  const { context } = await registered();
  const run = vi.fn(() => "done");
  later.run = run;
  expect(await commands.executeCommand("cage.useNative", uri, "again")).toBe("done");
  expect(run.mock.calls).toEqual([[context, uri, "again"]]);
});

it("a failure is told once and logged", async () => {
  const { ran } = await registered();
  later.run = () => Promise.reject(new AgeError("disk-full", "the disk is full"));
  expect(await commands.executeCommand("cage.reencrypt", uri)).toBeUndefined();
  expect(user.texts("error")).toEqual([expect.stringMatching(/^a\.age: The disk is full\./)]);
  expect(ran).toEqual(["cage.reencrypt"]);
});

it("a failure that another strategy may help offers that, and to do the command again", async () => {
  await registered();
  later.run = () => Promise.reject(new AgeError("strategy-unable", "no strategy can do it"));
  user.will("Use Native");
  const asked: unknown[][] = [];
  later.run = (_, ...given) => {
    if (asked.push(given) > 1) return null;
    throw new AgeError("strategy-unable", "no strategy can do it");
  };
  await commands.executeCommand("cage.reencrypt", uri);
  await vi.waitFor(() => {
    expect(asked.at(-1)).toEqual([uri, "cage.reencrypt"]);
  });
});

it("who declined is told nothing", async () => {
  const { ran } = await registered();
  later.run = () => Promise.reject(new AgeError("dismissed", "not saved"));
  await commands.executeCommand("cage.reencrypt", uri);
  expect([user.shown, ran]).toEqual([[], []]);
});
