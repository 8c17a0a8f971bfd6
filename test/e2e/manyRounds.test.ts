import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { encryptWithAge, generateKey } from "./ageProgram";
import { HostMemory } from "./hostMemory";
import { scenario } from "./scenario";
import type { Workbench } from "./workbench";

/**
 * The number of rounds, for example `CAGE_TEST_WORKBENCH_ROUNDS=100`. By default the test, which
 * takes minutes, does not run.
 */
const rounds = Number(process.env["CAGE_TEST_WORKBENCH_ROUNDS"] ?? 0);

/** The most bytes of objects per round that Cage may keep beyond those that a plain file costs. */
const mostPerRound = 8 * 1024;

scenario.skipIf(rounds === 0)(
  `${rounds} files that are opened, edited, kept in drafts, saved and closed leave no more than plain ones`,
  async ({ folder, keys, openWorkbench }) => {
    const key = await generateKey(keys, "keys.txt");
    for (let round = 0; round < rounds; round++) {
      await writeFile(join(folder, `plain${round}.txt`), filler);
      await encryptWithAge(join(folder, `secret${round}.txt.age`), filler, [key.recipient]);
    }
    await mkdir(join(keys, "sockets"));
    const memory = new HostMemory(join(keys, "sockets"));
    const workbench = await openWorkbench({
      settings: { "cage.identities": [key.path] },
      ...memory.options,
    });
    const growth = async (name: (round: number) => string, suffix: string): Promise<number> => {
      const sizes: number[] = [];
      for (let round = 0; round < rounds; round++) {
        await editOnce(workbench, name(round), suffix);
        if ((round + 1) % Math.floor(rounds / 4) === 0) sizes.push((await memory.size()).bytes);
      }
      const perRound = ((sizes.at(-1) ?? 0) - (sizes[0] ?? 0)) / (rounds * 0.75);
      console.log(`${name(0)} and so on: ${sizes.join(", ")} bytes, ${perRound} a round`);
      return perRound;
    };
    const plain = await growth((round) => `plain${round}.txt`, "");
    const before = await readFile(join(folder, "secret0.txt.age"));
    const encrypted = await growth((round) => `secret${round}.txt`, ".age");
    expect(await readFile(join(folder, "secret0.txt.age"))).not.toEqual(before);
    expect(encrypted - plain).toBeLessThan(mostPerRound);
  },
  60_000 + rounds * 30_000,
);

/** A text long enough to be noticed if it is kept. */
const filler = `${"a".repeat(99)}\n`.repeat(300);

async function editOnce(workbench: Workbench, name: string, suffix: string): Promise<void> {
  const { page } = workbench;
  await workbench.press("Control+P");
  const input = page.locator(".quick-input-widget:visible .quick-input-box input");
  await input.fill(`${name}${suffix}`);
  const rows = page.locator(".quick-input-widget:visible .quick-input-list .monaco-list-row");
  await rows
    .filter({ hasText: `${name}${suffix}` })
    .first()
    .click();
  await workbench.typeInEditor(name, "x");
  if (suffix !== "")
    await expect.poll(() => workbench.statusBarText("padlokk.cage.status")).toContain("draft ");
  await workbench.save(name);
  await workbench.closeTab(name);
  await expect.poll(() => workbench.tabs()).toEqual([]);
}
