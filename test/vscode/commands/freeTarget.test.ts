import { mkdir, readFile, symlink } from "node:fs/promises";
import { expect, it, vi } from "vitest";
import { emptyTarget, freeTarget } from "../../../src/vscode/commands/freeTarget";
import { desk, type Desk } from "../../documents/kit";
import { shown } from "../../documents/operations";
import { user } from "../fakeUser";

vi.mock("vscode", () => import("../fakeWindow"));

const ask = (at: Desk, name: string) => freeTarget(at.path(name), at.context.disk);

it("a free name is taken without a question", async () => {
  const at = await desk();
  const target = at.path("new");
  expect(await ask(at, "new")).toEqual({ target, existing: "keep", real: target });
  expect(user.shown).toEqual([]);
});

it("the version that the user saw may be overwritten, and no other", async () => {
  const at = await desk();
  const target = await at.put("old", "text");
  user.will("Overwrite", undefined);
  expect(await ask(at, "old")).toEqual({ target, existing: await shown(target), real: target });
  expect(await ask(at, "old")).toBeNull();
  expect(user.last("warning").rows.map(({ label }) => label)).toEqual([
    "Choose Another Name…",
    "Overwrite",
  ]);
  expect(await readFile(target, "utf8")).toBe("text");
});

it("another name is asked about until it is free", async () => {
  const at = await desk();
  await at.put("old", "text");
  const other = await at.put("other", "text");
  user.will("Choose Another Name…", other, "Choose Another Name…", at.path("free"));
  expect(await ask(at, "old")).toMatchObject({ target: at.path("free"), existing: "keep" });
  expect(user.last("save").detail).toBe(at.path("new-other"));
  user.will("Choose Another Name…", undefined);
  expect(await ask(at, "old")).toBeNull();
});

it("a link tells where it leads, and what is no file is never overwritten", async () => {
  const at = await desk();
  const real = await at.put("real", "text");
  await symlink("real", at.path("link"));
  user.will("Overwrite");
  const existing = await shown(real);
  expect(await ask(at, "link")).toEqual({ target: at.path("link"), existing, real });
  expect(user.last("warning").detail).toContain(`It leads to ${real}.`);
  await mkdir(at.path("folder"));
  user.will(undefined);
  expect(await ask(at, "folder")).toBeNull();
  expect(user.last("warning")).toMatchObject({
    text: expect.stringContaining("folder cannot be written: ") as string,
    rows: [{ label: "Choose Another Name…" }],
  });
});

it("only an empty file is replaced without a question, and none behind a link", async () => {
  const at = await desk();
  const empty = await at.put("empty", "");
  await at.put("full", "text");
  await symlink("empty", at.path("link"));
  const existing = await shown(empty);
  const found = { target: empty, existing, real: empty };
  expect(await emptyTarget(empty, at.context.disk)).toEqual(found);
  for (const name of ["full", "link", "free"]) {
    expect(await emptyTarget(at.path(name), at.context.disk)).toBeNull();
  }
});
