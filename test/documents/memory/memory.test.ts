import { describe, expect, it } from "vitest";
import {
  approve,
  factsOfWritten,
  isApproved,
  moveRemembered,
  rememberedFile,
  rememberFile,
} from "../../../src/documents/memory/memory";
import { plainMemory } from "../kit";

const list = (...names: string[]) => names.map((text) => ({ text }));

describe("the memory of files", () => {
  it("knows nothing at first, and nothing again once a file is forgotten", async () => {
    const memory = plainMemory();
    expect(rememberedFile(memory, "/a")).toBeNull();
    await rememberFile(memory, "/a", { ciphertext: "1" });
    expect(rememberedFile(memory, "/a")).toEqual({ ciphertext: "1" });
    await rememberFile(memory, "/a", null);
    expect(rememberedFile(memory, "/a")).toBeNull();
  });

  it("says for which version the recipients are known", () => {
    const written = { ciphertext: "1", recipients: list("age1a") };
    expect(factsOfWritten("1", list("age1a"))).toEqual({ ciphertext: "1", written });
    expect(factsOfWritten("1", null)).toEqual({ ciphertext: "1" });
  });

  it("keeps 500 files and forgets those used longest ago first", async () => {
    const memory = plainMemory();
    for (let i = 0; i < 500; i++) await rememberFile(memory, `/${i}`, { ciphertext: `${i}` });
    await rememberFile(memory, "/0", { ciphertext: "again" });
    await rememberFile(memory, "/500", { ciphertext: "500" });
    expect(rememberedFile(memory, "/0")).toEqual({ ciphertext: "again" });
    expect(rememberedFile(memory, "/1")).toBeNull();
    expect(rememberedFile(memory, "/2")).toEqual({ ciphertext: "2" });
    expect(rememberedFile(memory, "/500")).toEqual({ ciphertext: "500" });
  });

  it.each([null, "text", 7, {}])("starts anew where it finds %j", async (stored) => {
    const memory = plainMemory();
    await memory.set("cage.files", stored);
    expect(rememberedFile(memory, "/a")).toBeNull();
    await rememberFile(memory, "/a", { ciphertext: "1" });
    expect(rememberedFile(memory, "/a")).toEqual({ ciphertext: "1" });
  });
});

describe("an approval", () => {
  const place = "/w/.age-recipients";

  it("holds for the same list from the same place, in whatever order", async () => {
    const memory = plainMemory();
    await approve(memory, "/w/a", place, list("age1b", "age1a"));
    expect(isApproved(memory, "/w/a", place, list("age1a", "age1b"))).toBe(true);
  });

  it("holds for no other file, no other list and no other place", async () => {
    const memory = plainMemory();
    await approve(memory, "/w/a", place, list("age1a", "age1b"));
    expect(isApproved(memory, "/w/b", place, list("age1a", "age1b"))).toBe(false);
    expect(isApproved(memory, "/w/a", place, list("age1a"))).toBe(false);
    expect(isApproved(memory, "/w/a", place, list("age1a", "age1b", "age1c"))).toBe(false);
    expect(isApproved(memory, "/w/a", "*.yaml", list("age1a", "age1b"))).toBe(false);
  });

  it("is replaced by the next one for its file", async () => {
    const memory = plainMemory();
    await approve(memory, "/w/a", "*.yaml", list("age1a"));
    await approve(memory, "/w/a", "*.yaml", list("age1b"));
    expect(isApproved(memory, "/w/a", "*.yaml", list("age1a"))).toBe(false);
    expect(isApproved(memory, "/w/a", "*.yaml", list("age1b"))).toBe(true);
  });
});

describe("what moves", () => {
  it("takes along what is remembered, in place of what the new path had", async () => {
    const memory = plainMemory();
    for (const path of ["/w/a", "/w/a/b", "/w/ab", "/x"]) {
      await rememberFile(memory, path, { ciphertext: path });
    }
    await approve(memory, "/w/a/b", "*", list("age1a"));
    await moveRemembered(memory, "/w/a", "/x", ["/w/a/b"]);
    expect(rememberedFile(memory, "/x")).toEqual({ ciphertext: "/w/a" });
    expect(rememberedFile(memory, "/x/b")).toEqual({ ciphertext: "/w/a/b" });
    expect(rememberedFile(memory, "/w/a")).toBeNull();
    expect(rememberedFile(memory, "/w/a/b")).toEqual({ ciphertext: "/w/a/b" });
    expect(rememberedFile(memory, "/w/ab")).toEqual({ ciphertext: "/w/ab" });
    expect(isApproved(memory, "/x/b", "*", list("age1a"))).toBe(true);
  });

  it("leaves the new path alone where nothing is known of the old one", async () => {
    const memory = plainMemory();
    await rememberFile(memory, "/b", { ciphertext: "1" });
    await moveRemembered(memory, "/a", "/b", []);
    expect(rememberedFile(memory, "/b")).toEqual({ ciphertext: "1" });
  });
});
