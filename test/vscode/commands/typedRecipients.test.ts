import { expect, it, vi } from "vitest";
import { X25519Identity } from "../../../src/age/x25519";
import { typedFault, typeRecipients } from "../../../src/vscode/commands/typedRecipients";
import { user } from "../fakeUser";

vi.mock("vscode", () => import("../fakeWindow"));

const recipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";
const secret = new TextDecoder().decode(X25519Identity.generate().encode());

it.each([
  ["", "Type at least one recipient."],
  [recipient, null],
  [`${recipient}, ${recipient}`, null],
  ["bob", "This is not a recipient."],
  [
    "age1nonsense, bob",
    "Entry 1 (age1nonsense): this is not a valid recipient: it contains an invalid character.",
  ],
  [`${recipient} bob`, "Entry 2 (bob): this is not a recipient."],
  [
    `${recipient} ${recipient.replace("zvk", "vzk")}`,
    "Entry 2 (age1vzky…ujwj): this is not a valid recipient: its checksum is wrong.",
  ],
])("what is wrong with “%s” is said of the entry that it is about", (typed, fault) => {
  expect(typedFault(typed)).toBe(fault);
});

const isIdentity = "his is an identity (a secret key); a recipient begins with age1.";

it.each([
  ["an identity", secret, `T${isIdentity}`],
  ["one in lower case", secret.toLowerCase(), `T${isIdentity}`],
  ["one among others", `${recipient}, ${secret}`, `Entry 2: t${isIdentity}`],
  [
    "the rest of one that a space has cut",
    `${secret.slice(40)}, ${secret.slice(0, 40)}`,
    "Entry 1: this is not a recipient.",
  ],
  ["the rest alone", `${recipient} ${secret.slice(60)}`, "Entry 2: this is not a recipient."],
  [
    "the rest in lower case",
    `${recipient} ${secret.slice(20).toLowerCase()}`,
    "Entry 2: this is not a recipient.",
  ],
  [
    "a key of SSH",
    `-----BEGIN OPENSSH PRIVATE KEY----- ${"b3Blbn".repeat(11)}`,
    "Entry 1: this is not a recipient.",
  ],
  ["its body", `${recipient} ${"b3Blbn".repeat(11)}`, "Entry 2: this is not a recipient."],
])("nothing is repeated of %s", (_, typed, fault) => {
  expect(typedFault(typed)).toBe(fault);
});

it("those that are typed are taken once each, and nothing that is no recipient", async () => {
  user.will("bob", `${recipient}, ${recipient}`);
  expect(await typeRecipients("t")).toEqual([{ text: recipient }]);
  expect(user.refused).toEqual([["bob", "This is not a recipient."]]);
  user.will(undefined);
  expect(await typeRecipients("t")).toBeNull();
});
