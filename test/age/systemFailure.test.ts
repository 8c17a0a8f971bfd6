import { expect, it } from "vitest";
import { systemFailure } from "../../src/age/systemFailure";
import { ageError } from "./kit";

const failed = (code: string): Error => Object.assign(new Error("no"), { code });

it.each([
  ["ENOENT", "not-found"],
  ["ENOTDIR", "not-found"],
  ["EISDIR", "not-found"],
  ["ENAMETOOLONG", "unusable-path"],
  ["ELOOP", "unusable-path"],
  ["EILSEQ", "unusable-path"],
  ["EROFS", "no-permission"],
  ["EDQUOT", "disk-full"],
  ["EMFILE", "write-failed"],
  ["ETXTBSY", "write-failed"],
  ["ESTALE", "write-failed"],
] as const)("the failure %s has a code, and keeps its name for the next step", (fault, code) => {
  expect(systemFailure(failed(fault), { path: "/a" })).toEqual(
    ageError(code, { fault, path: "/a" }),
  );
});

it.each([
  ["EIO", "read-failed"],
  ["ESTALE", "read-failed"],
  ["EWHATEVER", "read-failed"],
  ["ENOENT", "not-found"],
  ["EACCES", "no-permission"],
  ["ENOTDIR", "not-found"],
] as const)("of a read, the failure %s is told as %s", (fault, code) => {
  const { message } = systemFailure(failed(fault));
  expect(systemFailure(failed(fault), {}, "read")).toMatchObject({ code, message });
});

it.each(["EWHATEVER", "toString", "unknown error"])(
  "one that nobody knows has none: %s",
  (code) => {
    const { message, facts } = systemFailure(failed(code));
    expect([message, facts]).toEqual([`the file system failed (${code})`, {}]);
  },
);
