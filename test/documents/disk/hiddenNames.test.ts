import { readdir, utimes, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { expect, it } from "vitest";
import { conflictName } from "../../../src/documents/disk/conflictCopy";
import {
  hiddenPath,
  isCandidateName,
  isPartialName,
  isPartialOf,
} from "../../../src/documents/disk/hiddenNames";
import { clearLeftovers } from "../../../src/documents/disk/leftovers";
import { localDisk } from "../../../src/documents/disk/localDisk";
import { versionNames } from "../../../src/documents/versions/versionNames";
import { desk } from "../kit";

it.each(["a", "a\nb", ".env", "x".repeat(250), "\u2028"])(
  "the hidden names of %j are known again",
  (name) => {
    const target = `/home/${name}`;
    const partial = hiddenPath(target, "0f".repeat(12), "cage-partial");
    const candidate = hiddenPath(target, "0f".repeat(12), "cage-candidate");
    expect([isPartialName(basename(partial)), isPartialName(basename(candidate))]).toEqual([
      true,
      false,
    ]);
    expect([isCandidateName(basename(candidate)), isCandidateName(name)]).toEqual([true, false]);
    expect([isPartialOf(partial, target), isPartialOf(candidate, target)]).toEqual([true, false]);
  },
);

const hex = "0f".repeat(12);
/** A name in which any cut at an odd place would leave half an emoji. */
const emojis = `a${"\u{1F511}".repeat(60)}.age`;

it("no name is cut within an emoji", () => {
  for (const name of [emojis, emojis.slice(1), `ab${emojis}`]) {
    const names = [
      basename(hiddenPath(`/w/${name}`, hex, "cage-candidate")),
      conflictName(name, 0, 1),
      versionNames(`/w/${name}`, 1).version,
    ];
    for (const one of names) expect(Buffer.from(one).toString()).toBe(one);
  }
});

it.each([
  ["within an emoji", emojis],
  ["between letters", "x".repeat(60)],
])("a candidate whose name an earlier version cut %s is swept", async (_, name) => {
  const at = await desk();
  const target = at.path(name);
  await writeFile(target, "new");
  const old = `.${name.slice(0, 40)}.${hex}.cage-candidate`;
  const fresh = `.${name.slice(0, 40)}.${"1f".repeat(12)}.cage-candidate`;
  for (const one of [old, fresh]) await writeFile(at.path(one), "half");
  await utimes(at.path(old), 1, 1);
  await clearLeftovers(localDisk, target);
  const spelt = Buffer.from(fresh).toString();
  expect(new Set(await readdir(at.folder))).toEqual(new Set([name, spelt]));
});

it("a partial whose name an earlier version cut within an emoji is known again", () => {
  const partial = `/w/.${emojis.slice(0, 40)}.${hex}.cage-partial`;
  expect(isPartialOf(partial, `/w/${emojis}`)).toBe(true);
  expect(isPartialOf(Buffer.from(partial).toString(), `/w/${emojis}`)).toBe(true);
  expect(isPartialOf(partial, `/w/b${emojis}`)).toBe(false);
});
