import { expect, it } from "vitest";
import { readersText } from "../../../src/vscode/wording/readersText";

const [a, b] = ["a", "b"].map((letter) => `age1${letter.repeat(58)}`) as [string, string];

it("tells for whom a file is as far as Cage knows, and whether it is armored", () => {
  expect(readersText({ kind: "passphrase" }, "armored")).toBe(
    "For whoever knows its passphrase. Armored (text).",
  );
  const recipients = [{ text: a, name: "Alice" }, { text: b }];
  expect(readersText({ kind: "certain", recipients }, "binary")).toMatch(
    /^For 2 recipients: age1\S+ “Alice”, age1\S+\. Binary\.$/,
  );
  expect(readersText({ kind: "counted", count: 3, own: a }, "binary")).toMatch(
    /^For 3 recipients, one of them you \(age1.*does not say who the others are\. Binary\.$/,
  );
});

it("shows recipients that it only guesses by their whole keys, and says that it guesses", () => {
  const text = readersText({ kind: "likely", recipients: [{ text: b, name: "Bob" }] }, "binary");
  expect(text).toBe(
    `Probably for 1 recipient: ${b} “Bob”. An age file does not say who they are. Binary.`,
  );
});

it("counts those that it does not name", () => {
  const recipients = Array.from({ length: 1000 }, () => ({ text: a }));
  const text = readersText({ kind: "certain", recipients }, "binary");
  expect(text).toContain("For 1000 recipients");
  expect(text).toMatch(/ and 992 more\. Binary\.$/);
});
