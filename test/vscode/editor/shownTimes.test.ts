import { expect, it } from "vitest";
import { ShownTimes } from "../../../src/vscode/editor/shownTimes";

it("a version that VS Code is to read once more has a later time, each time it is renewed", () => {
  const times = new ShownTimes();
  expect(times.of("/a", 5.7)).toBe(5);
  times.renew("/a", 5.7);
  times.renew("/a", 5.7);
  expect([times.of("/a", 5.7), times.of("/a", 9), times.of("/b", 5.7)]).toEqual([7, 9, 5]);
});

it("the files that were renewed longest ago are forgotten first", () => {
  const times = new ShownTimes();
  const paths = Array.from({ length: 1001 }, (_, index) => `/${index}`);
  for (const path of paths.slice(0, 1000)) times.renew(path, 1);
  times.renew("/0", 1);
  times.renew("/1000", 1);
  expect(paths.filter((path) => times.of(path, 1) === 1)).toEqual(["/1"]);
  expect(times.of("/0", 1)).toBe(3);
});
