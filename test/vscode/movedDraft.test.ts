import { expect, it, vi } from "vitest";
import { Uri } from "vscode";
import { AgeError } from "../../src/age/errors";
import { scheme } from "../../src/vscode/uris";
import { close, document, fake, keeping, path, type, type Situation } from "./draftKeeperKit";

const moved = "/w/b.age";

/** Moves the document as VS Code does: the old one closes, and the new one is unsaved. */
function move(): Promise<boolean> {
  const uri = Uri.from({ scheme, path: `${moved}/b` });
  const text = { ...document, uri, getText: () => "a" };
  close();
  fake.texts = [text];
  fake.tabs = [{ input: new fake.Text({ uri }), isDirty: true }];
  return Promise.resolve(true);
}

async function follow(situation: Situation = {}) {
  const kept = keeping(situation);
  type("a");
  await vi.advanceTimersByTimeAsync(300);
  await kept.keeper.follow(path, moved, move);
  return kept;
}

it("a draft stays until the document has one under its new name", async () => {
  const { keeper, log } = await follow();
  expect(log).toEqual(["draft a", "draft a", "no draft"]);
  expect([keeper.stateOf(path), keeper.stateOf(moved)?.kind]).toEqual([null, "made"]);
});

it("a draft stays if the disk takes no other", async () => {
  const situation: { failure?: AgeError } = {};
  const kept = keeping(situation);
  type("a");
  await vi.advanceTimersByTimeAsync(300);
  situation.failure = new AgeError("disk-full", "the disk is full");
  await kept.keeper.follow(path, moved, move);
  expect(kept.log).toEqual(["draft a"]);
  expect(kept.keeper.stateOf(moved)).toEqual({ kind: "failed", code: "disk-full" });
});
