import { expect, it, vi } from "vitest";
import { pickPeople } from "../../../src/vscode/commands/pickPeople";
import { alice, bob, carol, nameOf } from "../../documents/kit";
import { user, type Answer } from "../fakeUser";
import { commandDesk } from "./kit";

vi.mock("vscode", () => import("../fakeWindow"));

const people = (...who: readonly (typeof alice)[]) => who.map((one) => ({ text: nameOf(one) }));

/** Asks whom a file is for that is known to be for bob and alice. */
async function pick(...answers: readonly Answer[]) {
  const made = await commandDesk();
  user.will(...answers);
  const { documentContext, prompts } = made.context;
  const known = people(bob, alice);
  return { ...made, picked: () => pickPeople("/w/a.age", known, documentContext, prompts) };
}

it("lets the user choose among those known and oneself, each once and by the whole key", async () => {
  const { picked } = await pick("Choose among those known…", [nameOf(alice)]);
  expect((await picked())?.map(({ text }) => text)).toEqual([nameOf(alice)]);
  const [offers, list] = user.shown;
  expect(list?.rows.map(({ detail }) => detail)).toEqual([nameOf(bob), nameOf(alice)]);
  const labels = offers?.rows.map(({ label }) => label) ?? [];
  expect(labels).toEqual([
    "$(checklist) Choose among those known…",
    "$(account) Only you",
    "$(edit) Type recipients…",
    "$(file) From a recipients file…",
    "$(person-add) Generate Identity…",
  ]);
});

it("shows whom a file names, with whole keys, before they count", async () => {
  const { at, picked } = await pick("From a recipients file…");
  user.will(await at.put("list", `${nameOf(alice)}\n${nameOf(carol)}\n`), undefined);
  expect(await picked()).toBeNull();
  expect(user.last().rows.map(({ detail }) => detail)).toEqual([nameOf(alice), nameOf(carol)]);
  user.will("From a recipients file…", undefined);
  expect(await picked()).toBeNull();
  user.will("From a recipients file…", at.path("list"), [nameOf(carol)], "Encrypt Without Me");
  expect((await picked())?.map(({ text }) => text)).toEqual([nameOf(carol)]);
});

it("warns who would not be able to read the file, and is null where all is dismissed", async () => {
  const { picked } = await pick("Choose among those known…", [nameOf(bob)], "Add Me");
  expect((await picked())?.map(({ text }) => text)).toEqual([nameOf(bob), nameOf(alice)]);
  user.will("Choose among those known…", [nameOf(bob)], undefined);
  expect(await picked()).toBeNull();
  user.will(undefined);
  expect(await picked()).toBeNull();
});
