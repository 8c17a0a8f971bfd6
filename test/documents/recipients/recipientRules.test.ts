import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { AgeError } from "../../../src/age/errors";
import { findLists } from "../../../src/documents/recipients/recipientLists";
import { findRule, type FolderRules } from "../../../src/documents/recipients/recipientRules";
import { resolveRecipients } from "../../../src/documents/recipients/recipients";
import { alice, desk, nameOf } from "../kit";

function rules(...globs: readonly string[]): FolderRules {
  return { folder: "/w", rules: globs.map((glob) => ({ glob, recipients: [glob] })) };
}

describe("the rules of the settings", () => {
  it("count in their order, by name where the glob has no slash", async () => {
    const at = rules("secrets/**", "*.age", "**");
    const globOf = async (path: string) => (await findRule(path, at))?.glob;
    expect(await globOf("/w/secrets/a.age")).toBe("secrets/**");
    expect(await globOf("/w/x/secrets/a.age")).toBe("*.age");
    expect(await globOf("/w/x/a.txt")).toBe("**");
    expect(await findRule("/w/a.txt", rules("*.age"))).toBeNull();
  });

  it("reach no file outside of their folder by its path", async () => {
    expect(await findRule("/elsewhere/secrets/a.age", rules("**/*.age", "secrets/**"))).toBeNull();
  });

  it("stop a file at a glob that can't be read, but not at one before it", async () => {
    const at = rules("*.txt", "!(a).age", "*.age");
    expect(await findRule("/w/x.txt", at)).toMatchObject({ glob: "*.txt" });
    const rule = (path: string) => findRule(path, at);
    const { context, path } = await desk({ rule });
    await writeFile(path("b"), "");
    const failure = { code: "invalid-glob", message: expect.stringContaining("!(…)") as string };
    const opener = { kind: "identity", recipient: nameOf(alice) } as const;
    await expect(resolveRecipients(path("b"), opener, context.sources)).rejects.toMatchObject(
      failure,
    );
    const { listed } = await findLists([path("b")], context.sources);
    expect(listed).toMatchObject([{ list: failure, paths: [path("b")] }]);
  });

  it("are given up on request, however many there are", async () => {
    const stop = new AbortController();
    setImmediate(() => {
      stop.abort(new AgeError("dismissed", "given up"));
    });
    const many = rules(...Array.from({ length: 100_000 }, (_, index) => `${index}/{**/,*a}b`));
    const finding = findRule("/w/a.age", many, stop.signal);
    await expect(finding).rejects.toMatchObject({ code: "dismissed" });
  });
});
