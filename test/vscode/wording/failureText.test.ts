import { Uri } from "vscode";
import { describe, expect, it } from "vitest";
import packageJson from "../../../package.json";
import { type Damage, damages } from "../../../src/age/damage";
import { AgeError, type AgeErrorCode, type Change } from "../../../src/age/errors";
import { systemFailure } from "../../../src/age/systemFailure";
import type { SystemFault } from "../../../src/age/systemFault";
import { fileSystemError } from "../../../src/vscode/editor/fileSystemError";
import { explain, explainOpening } from "../../../src/vscode/wording/failureText";

/** Every code, with the class of the file system error that it becomes. */
const classes: Readonly<Record<AgeErrorCode, string>> = {
  "not-age": "Unavailable",
  "empty-file": "Unavailable",
  "unsupported-version": "Unavailable",
  "invalid-header": "Unavailable",
  "invalid-armor": "Unavailable",
  "invalid-mac": "Unavailable",
  "corrupt-payload": "Unavailable",
  "no-identity-match": "NoPermissions",
  "incorrect-passphrase": "Unavailable",
  "excessive-work": "Unavailable",
  "invalid-identity": "Unavailable",
  "unsupported-identity": "Unavailable",
  "invalid-recipient": "Unavailable",
  "unsupported-recipient": "Unavailable",
  "incompatible-recipients": "Unavailable",
  "no-recipients": "Unavailable",
  "unreadable-identity-file": "Unavailable",
  "invalid-glob": "Unavailable",
  "unreadable-recipients-file": "Unavailable",
  "unknown-suffix": "Unavailable",
  "encrypted-name": "NoPermissions",
  locked: "NoPermissions",
  dismissed: "NoPermissions",
  "not-found": "FileNotFound",
  "unusable-path": "Unavailable",
  "already-exists": "FileExists",
  busy: "Unavailable",
  "no-permission": "NoPermissions",
  "disk-full": "Unavailable",
  "cannot-replace": "Unavailable",
  "changed-on-disk": "Unavailable",
  "unverified-candidate": "Unavailable",
  "invalid-draft": "Unavailable",
  "too-large": "Unavailable",
  "write-failed": "Unavailable",
  "read-failed": "Unavailable",
  "source-changed": "Unavailable",
  "worker-failed": "Unavailable",
  "program-not-found": "Unavailable",
  "program-failed": "Unavailable",
  "timed-out": "Unavailable",
  "strategy-unable": "Unavailable",
};
const codes = Object.keys(classes) as AgeErrorCode[];
const uri = Uri.file("/w/a.age");

describe("the explanation of a failure", () => {
  it.each(codes)("says what happened and what to do next: %s", (code) => {
    const { message, nextStep, actions } = explain(new AgeError(code, "the disk is full"));
    expect(message).toBe("The disk is full.");
    expect(nextStep).toMatch(/^[A-Z].+\.$/);
    const commands = packageJson.contributes.commands.map(({ command }) => command);
    for (const action of actions) expect(commands).toContain(action.command);
  });

  it.each(codes)("becomes a file system error of the right class: %s", (code) => {
    const failure = fileSystemError(new AgeError(code, "it is so"), uri);
    expect(failure.code).toBe(classes[code]);
    if (code !== "not-found") expect(failure.message).toMatch(/^It is so\. .+\.$/);
  });

  it("of a file that no identity opens leads on, and tells what was tried", () => {
    const tried = ["the identity in /h/keys.txt does not match"];
    const error = new AgeError("no-identity-match", "none of your identities can open it", {
      tried,
    });
    const { actions, details } = explainOpening(error);
    expect(actions.map(({ label }) => label)).toEqual([
      ...["Choose Identity…", "Generate Identity…", "Doctor", "Open Raw", "Try Again"],
    ]);
    expect(details).toEqual(["The identity in /h/keys.txt does not match."]);
    expect(fileSystemError(error, uri).message).toContain("/h/keys.txt does not match.");
  });

  it.each<[Damage, RegExp]>([
    ["conflict", /git checkout --ours.*\*\.age binary/],
    ["lfs", /git lfs pull/],
    ["annex", /git annex get/],
    ["line ends", /\*\.age binary.*git checkout/],
    ["seems to lack returns", /^If so,/],
    ["utf-16", /age -o/],
    ["git-crypt", /git-crypt unlock/],
    ["sops", /sops edit/],
    ["html", /Download the file itself/],
  ])("says what mends damage: %s", (damage, mend) => {
    const { nextStep } = explain(new AgeError("invalid-armor", damages[damage], { damage }));
    expect(nextStep).toMatch(mend);
  });

  it("has a mend of its own for each kind of damage, and never claims what it only guesses", () => {
    const kinds = Object.keys(damages) as Damage[];
    const steps = kinds.map((damage) => explain(new AgeError("not-age", "x", { damage })).nextStep);
    expect(new Set(steps).size).toBe(kinds.length);
    for (const step of steps) expect(step).toMatch(/^[A-Z].+\.$/);
    for (const kind of kinds.filter((one) => one.startsWith("seems"))) {
      expect(damages[kind]).toContain("looks like");
    }
  });

  it.each<[SystemFault, RegExp]>([
    ["ENAMETOOLONG", /shorter name/],
    ["ELOOP", /link/],
    ["ENOTDIR", /folder/],
    ["EISDIR", /folder|Folder/],
    ["EMFILE", /ulimit/],
    ["ETXTBSY", /End that program/],
    ["EROFS", /another disk/],
    ["EDQUOT", /of your own/],
    ["ESTALE", /Connect/],
    ["link", /leads to/],
  ])("says of %s what to do, and not that the file was moved or deleted", (fault, step) => {
    const error = systemFailure(Object.assign(new Error("no"), { code: fault }));
    const failure = new AgeError(error.code, error.message, { fault });
    expect(explain(failure).nextStep).toMatch(step);
    expect(explain(failure).nextStep).not.toMatch(/moved or deleted/);
    expect(fileSystemError(failure, uri).code).not.toBe("FileNotFound");
  });

  it.each<[Change, RegExp]>([
    ["saved file", /save again: Cage offers to compare, overwrite or reload/],
    ["kept version", /Choose another version/],
    ["edited text", /Save the text or undo the edit/],
    ["link at target", /Remove the link.*Unfinished Files…/],
  ])("says what to do after a change: %s", (change, step) => {
    const { nextStep } = explain(new AgeError("changed-on-disk", "it is so", { change }));
    expect(nextStep).toMatch(step);
    // Only a save asks these questions.
    const other = explain(new AgeError("changed-on-disk", "it is so")).nextStep;
    expect(other).not.toMatch(/save|overwrite|reload/);
  });

  it.each([
    ["EWHATEVER", /^It could not be read\./, /^The old file is untouched\./],
    ["EIO", /^Check the disk [^.]+\.$/, /^Check the disk [^.]+\. The old file is untouched\.$/],
  ])("says of a read with %s nothing of an old file, as of a write", (code, read, written) => {
    const step = (during: "read" | "write") =>
      explain(systemFailure(Object.assign(new Error("no"), { code }), {}, during)).nextStep;
    expect(step("read")).toMatch(read);
    expect(step("read")).not.toContain("old file");
    expect(step("write")).toMatch(written);
  });

  it("says when the work stays and can be resumed", () => {
    const failure = (isResumable: boolean) =>
      new AgeError("disk-full", "the disk is full", { isResumable });
    expect(explain(failure(true)).nextStep).toContain("run it again to resume");
    expect(explain(failure(false)).nextStep).not.toContain("resume");
  });

  it("never shows what an unexpected failure says, which may hold plaintext", () => {
    for (const thrown of [new TypeError("secret"), "secret", null]) {
      expect(JSON.stringify(explain(thrown))).not.toContain("secret");
      // Cage does not know how far the work had come.
      expect(explain(thrown).nextStep).not.toContain("Nothing was written");
      expect(explain(thrown).nextStep).toContain("look at the file");
      expect(fileSystemError(thrown, uri)).toMatchObject({ code: "Unavailable" });
      expect(fileSystemError(thrown, uri).message).not.toContain("secret");
    }
  });
});

it("a sentence begins with a capital, unless it begins with the name of a file", () => {
  const begun = (message: string) => explain(new AgeError("busy", message)).message;
  expect(begun("the disk is full")).toBe("The disk is full.");
  expect(begun("keys.txt, line 1: it is no identity")).toBe("keys.txt, line 1: it is no identity.");
  expect(begun("keys, line 1: it is no identity")).toBe("keys, line 1: it is no identity.");
  expect(begun("/home/me/keys does not exist")).toBe("/home/me/keys does not exist.");
});
