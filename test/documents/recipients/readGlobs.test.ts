import { describe, expect, it, vi } from "vitest";
import type * as globs from "../../../src/documents/recipients/glob";
import { findRule } from "../../../src/documents/recipients/recipientRules";

const read = vi.hoisted(() => ({ globs: [] as string[] }));
vi.mock("../../../src/documents/recipients/glob", async (original) => {
  const real = await original<typeof globs>();
  return {
    ...real,
    readGlob: (text: string) => {
      read.globs.push(text);
      return real.readGlob(text);
    },
  };
});

const rulesOf = (names: readonly string[]) => ({
  folder: "/w",
  rules: names.map((glob) => ({ glob, recipients: [] })),
});

describe("the globs of the settings", () => {
  const most = Array.from({ length: 1000 }, (_, index) => `${index}.age`);

  it("are read once, up to a number", async () => {
    for (let files = 0; files < 3; files++) await findRule("/w/a.age", rulesOf(most));
    expect(read.globs).toEqual(most);
  });

  it("are read again after more than that number", async () => {
    read.globs.length = 0;
    await findRule("/w/a.age", rulesOf(["more.age"]));
    await findRule("/w/a.age", rulesOf(["more.age", "1.age"]));
    expect(read.globs).toEqual(["more.age", "1.age"]);
  });
});
