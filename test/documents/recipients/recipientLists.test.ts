import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { AgeError } from "../../../src/age/errors";
import { localDisk } from "../../../src/documents/disk/localDisk";
import { findLists, type Lists } from "../../../src/documents/recipients/recipientLists";
import { nearestRecipientsFile } from "../../../src/documents/recipients/recipients";
import { alice, bob, carol, desk, nameOf, type Desk, type DeskOptions } from "../kit";
import { observedDisk } from "../observedDisk";

async function stage(files: Record<string, string>, options: DeskOptions = {}): Promise<Desk> {
  const at = await desk(options);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(at.path(name)), { recursive: true });
    await writeFile(at.path(name), content);
  }
  return at;
}

/** Shortens lists: the place, the recipients or why there are none, and the files. */
function short(at: Desk, { listed, unlisted }: Lists) {
  const local = (path: string) => path.replace(`${at.folder}/`, "");
  return {
    listed: listed.map(({ origin, list, paths }) => [
      local(origin.place),
      list instanceof AgeError ? list.code : list.named.map(({ text }) => text),
      paths.map(local),
    ]),
    unlisted: unlisted.map(local),
  };
}

const find = async (at: Desk, ...names: readonly string[]) =>
  short(at, await findLists(names.map(at.path), at.context.sources));

describe("the lists of a batch", () => {
  it("are given up on request, also while a long one is read", async () => {
    const long = `${"\n".repeat(2 ** 24 - 100)}${nameOf(alice)}`;
    const at = await stage({ ".age-recipients": long });
    const stop = new AbortController();
    const finding = findLists([at.path("a.txt")], at.context.sources, stop.signal);
    setImmediate(() => {
      stop.abort(new AgeError("dismissed", "given up"));
    });
    await expect(finding).rejects.toMatchObject({ code: "dismissed" });
  });

  it("are each file's nearest, up to the workspace's root", async () => {
    const at = await stage({
      ".age-recipients": `${nameOf(alice)}\n`,
      "prod/.age-recipients": `# bob\n${nameOf(bob)}\n`,
      "prod/eu/.agerecipients": `${nameOf(carol)}\n${nameOf(bob)}\n`,
    });
    expect(await find(at, "prod/a.age", "b.age", "prod/eu/x/c.age", "prod/us/d.age")).toEqual({
      listed: [
        ["prod/.age-recipients", [nameOf(bob)], ["prod/a.age", "prod/us/d.age"]],
        [".age-recipients", [nameOf(alice)], ["b.age"]],
        ["prod/eu/.agerecipients", [nameOf(carol), nameOf(bob)], ["prod/eu/x/c.age"]],
      ],
      unlisted: [],
    });
  });

  it("stop the files that they speak for if they can't be used, and no other one is taken", async () => {
    const at = await stage({
      ".age-recipients": `${nameOf(alice)}\n`,
      "bad/.age-recipients": `${nameOf(bob)}\nnobody\n`,
      "empty/.age-recipients": "# nobody\n",
      "folder/.age-recipients/x": "",
      "dangling/x": "",
      "loop/x": "",
    });
    await symlink("none", at.path("dangling/.age-recipients"));
    await symlink(".age-recipients", at.path("loop/.age-recipients"));
    const names = ["bad/a", "empty/a", "folder/a", "dangling/a", "loop/a", "a"];
    expect(await find(at, ...names)).toEqual({
      listed: [
        ["bad/.age-recipients", "invalid-recipient", ["bad/a"]],
        ["empty/.age-recipients", "no-recipients", ["empty/a"]],
        ["folder/.age-recipients", "unreadable-recipients-file", ["folder/a"]],
        ["dangling/.age-recipients", "unreadable-recipients-file", ["dangling/a"]],
        ["loop/.age-recipients", "unreadable-recipients-file", ["loop/a"]],
        [".age-recipients", [nameOf(alice)], ["a"]],
      ],
      unlisted: [],
    });
    const nearest = nearestRecipientsFile(at.path("dangling/a"), at.context.sources);
    await expect(nearest).rejects.toMatchObject({ code: "unreadable-recipients-file" });
  });

  it("stop a folder that can't be looked into, naming it", async () => {
    const at = await stage({ ".age-recipients": `${nameOf(alice)}\n`, "a/x": "" });
    const sealed = at.path("a/.age-recipients");
    const disk = observedDisk(localDisk, {
      before: ({ name, path }) => {
        if (name === "entry" && path === sealed)
          throw new AgeError("no-permission", "no", { path });
      },
    });
    const { listed } = await findLists([at.path("a/x")], { ...at.context.sources, disk });
    expect(listed).toMatchObject([
      { origin: { place: sealed }, list: { code: "no-permission" }, paths: [at.path("a/x")] },
    ]);
  });

  it("are the rules of the settings where no file says it, each for its own files", async () => {
    const at = await stage(
      { "d/.age-recipients": nameOf(carol) },
      {
        rule: (path) =>
          path.endsWith(".none")
            ? null
            : { glob: "*", recipients: [nameOf(path.endsWith("1") ? alice : bob)] },
      },
    );
    expect(await find(at, "a1", "b1", "c", "d/e", "f.none")).toEqual({
      listed: [
        ["*", [nameOf(alice)], ["a1", "b1"]],
        ["*", [nameOf(bob)], ["c"]],
        ["d/.age-recipients", [nameOf(carol)], ["d/e"]],
      ],
      unlisted: ["f.none"],
    });
  });

  it("are looked for and read once each", async () => {
    const at = await stage({ "d/.age-recipients": nameOf(alice), "d/e/x": "" });
    const calls: string[] = [];
    const before = ({ name, path }: { name: string; path: string }) => {
      calls.push(`${name} ${path.replace(`${at.folder}/`, "")}`);
    };
    const sources = { ...at.context.sources, disk: observedDisk(localDisk, { before }) };
    await findLists(["d/a", "d/b", "d/e/c", "d/e/f"].map(at.path), sources);
    expect([...calls].sort()).toEqual([...new Set(calls)].sort());
    expect(calls).toContain("read d/.age-recipients");
  });
});
