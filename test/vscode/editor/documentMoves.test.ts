import { expect, it } from "vitest";
import { DocumentMoves } from "../../../src/vscode/editor/documentMoves";

it("a move that is expected is taken once, and finds the new name free until then", () => {
  const moves = new DocumentMoves();
  moves.expect("/w/a.age", "/w/b.age");
  expect([moves.isAwaited("/w/b.age"), moves.isAwaited("/w/a.age")]).toEqual([true, false]);
  expect(moves.take("/w/c.age", "/w/b.age")).toBe(false);
  expect(moves.take("/w/a.age", "/w/b.age")).toBe(true);
  expect(moves.isAwaited("/w/b.age")).toBe(false);
  expect(moves.take("/w/a.age", "/w/b.age")).toBe(false);
});

it("the move back is what Undo does, once, and no other is", () => {
  const moves = new DocumentMoves();
  moves.expect("/w/a.age", "/w/b.age");
  moves.take("/w/a.age", "/w/b.age");
  expect(moves.note("/w/b.age", "/w/c.age")).toBe(false);
  expect(moves.note("/w/b.age", "/w/a.age")).toBe(true);
  expect(moves.note("/w/b.age", "/w/a.age")).toBe(false);
});

it("what is undone, done again and undone is told of each time", () => {
  const moves = new DocumentMoves();
  expect(moves.note("/w/a.age", "/w/b.age")).toBe(false);
  expect(moves.note("/w/b.age", "/w/a.age")).toBe(true);
  expect(moves.note("/w/a.age", "/w/b.age")).toBe(false);
  expect(moves.note("/w/b.age", "/w/a.age")).toBe(true);
});

it("a move that VS Code could not make leaves no name free", () => {
  const moves = new DocumentMoves();
  moves.expect("/w/a.age", "/w/b.age");
  moves.end("/w/b.age");
  expect(moves.isAwaited("/w/b.age")).toBe(false);
});
