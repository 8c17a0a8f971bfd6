import { TabInputTextDiff, type Uri } from "vscode";
import { expect, it, vi } from "vitest";
import type { SoundVersion } from "../../../src/documents/versions/keptVersions";
import { ComparedVersion } from "../../../src/vscode/editor/comparedVersion";
import { comparisonUri } from "../../../src/vscode/editor/diskComparison";
import { documentUri } from "../../../src/vscode/uris";
import { held, tell } from "../fakeWorkspace";

vi.mock("vscode", () => import("../fakeWindow"));

const path = "/w/a.age";
const version = { path: "/versions/1" } as SoundVersion;

/** Makes a tab that compares the document with something else. */
const tabOf = (other: Uri) => ({ input: new TabInputTextDiff(other, documentUri(path)) });

/** The documents whose titles show the button. */
const offered = () => held.ran.at(-1)?.[2];

function close(closed: object): void {
  held.tabs = held.tabs.filter((tab) => tab !== closed);
  tell("onDidChangeTabs", { closed: [closed] });
}

it("is offered until its comparison closes, so that no other one of the file has its button", async () => {
  const compared = new ComparedVersion();
  const [comparison, another] = [tabOf(comparisonUri(version.path)), tabOf(comparisonUri(path))];
  // The comparison with the draft stays open until the end.
  held.tabs = [comparison, another, tabOf(comparisonUri(path))];
  await compared.show({ path, version });
  expect(compared.shown).toEqual({ path, version });
  expect(offered()).toEqual([documentUri(path), comparisonUri(version.path)].map(String));
  close(another);
  expect(offered()).toHaveLength(2);
  close(comparison);
  expect([compared.shown, offered()]).toEqual([null, []]);
});

it("is offered while another tab shows the comparison", async () => {
  const compared = new ComparedVersion();
  const tab = tabOf(comparisonUri(version.path));
  held.tabs = [tab, tabOf(comparisonUri(version.path))];
  await compared.show({ path, version });
  close(tab);
  expect(offered()).toHaveLength(2);
});
