import { Uri } from "vscode";
import { beforeEach, expect, it, vi } from "vitest";
import { AgeError } from "../../src/age/errors";
import { showFailure } from "../../src/vscode/failures";
import { explainOpening } from "../../src/vscode/wording/failureText";

const fake = vi.hoisted(() => ({ shown: [] as (readonly string[])[] }));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  window: {
    showErrorMessage: (...shown: readonly string[]) => {
      fake.shown.push(shown);
      return Promise.resolve(undefined);
    },
  },
}));

beforeEach(() => {
  fake.shown = [];
});

const uri = Uri.file("/w/a.age");

it("the message about a file that no identity opens is short, and its page says the rest", () => {
  const tried = Array.from(
    { length: 5 },
    (_, index) => `the identity in /h/${index} does not match`,
  );
  const text = "none of your identities can open it; it is encrypted to 1 X25519 recipient";
  const error = new AgeError("no-identity-match", text, { tried });
  showFailure("a.age:", error, uri);
  const [[message = "", ...buttons] = []] = fake.shown;
  expect(message).toBe(
    "a.age: None of your identities can open it; it is encrypted to 1 X25519 recipient. Choose an identity file of one of its recipients. Click the file to see what was tried.",
  );
  // A line of a message has about 70 characters.
  expect(message.length).toBeLessThan(3 * 70);
  expect(buttons).toEqual(["Choose Identity…", "Generate Identity…", "Doctor", "Open Raw"]);
  const { nextStep, details } = explainOpening(error);
  expect(details).toHaveLength(5);
  expect(nextStep).toContain("not with SSH keys, plugins or post-quantum identities");
});

it("any other message has the whole next step", () => {
  showFailure("a.age:", new AgeError("disk-full", "the disk is full"), uri);
  expect(fake.shown).toEqual([
    ["a.age: The disk is full. Free some space, then try again. The old file is untouched."],
  ]);
});
