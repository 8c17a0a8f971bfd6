import type { LogOutputChannel } from "vscode";
import { expect, it } from "vitest";
import { AgeError } from "../../src/age/errors";
import { Log } from "../../src/vscode/log";

const path = "/w/a.age";

it.each([
  [new AgeError("dismissed", "the question was dismissed"), "info"],
  [new AgeError("locked", "the file is locked"), "info"],
  [new AgeError("changed-on-disk", "not saved", { isDeclined: true }), "info"],
  [new AgeError("changed-on-disk", "it changed meanwhile"), "error"],
  [new AgeError("disk-full", "the disk is full"), "error"],
  [new Error("canary"), "error"],
])("the log calls nothing an error that the user wanted so: %s", (error, kind) => {
  const entries: (readonly [string, string])[] = [];
  const write = (of: string) => (text: string) => void entries.push([of, text]);
  const channel = { info: write("info"), error: write("error") } as unknown as LogOutputChannel;
  new Log(channel).failure("save", path, error);
  const what = error instanceof AgeError ? `${error.code}: ${error.message}` : "Error";
  expect(entries).toEqual([[kind, `save ${path}: ${what}`]]);
});
