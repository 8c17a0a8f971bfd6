import {
  appendFile,
  chmod,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { decryptFile } from "../../src/documents/files/decryptFile";
import { expectBytes, plaintextOf } from "../age/kit";
import * as kit from "./kit";
import { ageFile, alice, desk, type Desk } from "./kit";
import { begun, flip, inProcess, partialIn, recordOf, silent, story } from "./operations";

const chunk = 65_536;
const size = 10 * chunk + 5;
const plaintext = plaintextOf(size);

describe("a decryption whose process died", () => {
  async function died() {
    const at = await desk();
    const source = await at.put("a.age", await ageFile(plaintext));
    const decryption = { source, target: at.path("a"), existing: "keep" } as const;
    await begun(at, 2, 6 * chunk, { decrypt: decryption });
    return { at, source, decryption, partial: await partialIn(at.folder) };
  }

  async function again({ at, decryption }: Awaited<ReturnType<typeof died>>) {
    const outcome = await decryptFile(decryption, inProcess(at, 3), silent);
    expectBytes(await readFile(decryption.target), plaintext);
    expect((await stat(decryption.target)).mode & 0o777).toBe(0o600);
    expect(await readdir(at.context.unfinished.folder)).toEqual([]);
    return story(outcome);
  }

  type Damage = [
    what: string,
    story: [number, string | null],
    damage: (partial: string, at: Desk) => Promise<unknown>,
  ];
  const damages: Damage[] = [
    ["as it was", [6 * chunk, null], () => Promise.resolve()],
    ["with a flipped bit", [5 * chunk, null], (partial) => flip(partial, 3 * chunk)],
    ["cut within a chunk", [2 * chunk, null], (partial) => truncate(partial, 2 * chunk + 9)],
    ["empty", [0, null], (partial) => truncate(partial, 0)],
    ["too long", [6 * chunk, null], (partial) => appendFile(partial, Buffer.alloc(30 * chunk))],
    ["whole", [size, null], (partial) => writeFile(partial, plaintext)],
    ["without its record", [6 * chunk, null], async (_partial, at) => rm(await recordOf(at))],
    ["readable for others", [0, "not private"], (partial) => chmod(partial, 0o644)],
    [
      "a link to a file of the user",
      [0, "not private"],
      async (partial, at) => {
        await rm(partial);
        await writeFile(at.path("victim"), "precious", { mode: 0o600 });
        await symlink("victim", partial);
      },
    ],
  ];
  it.each(damages)("goes on with a partial %s: %j", async (what, expected, damage) => {
    const facts = await died();
    await damage(facts.partial, facts.at);
    expect(await again(facts)).toEqual(expected);
    if (!what.startsWith("a link")) return;
    expect(await readFile(facts.at.path("victim"), "utf8")).toBe("precious");
  });

  it("is not used for another encrypted file of that name", async () => {
    const facts = await died();
    await writeFile(facts.source, await ageFile(plaintext));
    expect(await again(facts)).toEqual([0, "the source changed"]);
    await kit.expectNames(facts.at.folder, "a", "a.age");
  });

  it("of armored text begins anew, and says why", async () => {
    const at = await desk();
    const source = await at.put("a.age", await ageFile(plaintext, alice, "armored"));
    const decryption = { source, target: at.path("a"), existing: "keep" } as const;
    await begun(at, 2, 6 * chunk, { decrypt: decryption });
    const partial = await partialIn(at.folder);
    expect(await again({ at, source, decryption, partial })).toEqual([0, "armored"]);
  });
});
