import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setFlagsFromString, writeHeapSnapshot } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { Documents } from "../../src/documents/documents";
import { Drafts } from "../../src/documents/drafts/drafts";
import { DraftTargets } from "../../src/documents/drafts/draftTarget";
import { draftContext } from "./draftsKit";
import { sizeOfObjects, type HeapSnapshot } from "../heapSnapshot";
import { alice, decrypted, desk, expectNames } from "./kit";

/** The number of rounds. `CAGE_TEST_MEMORY_ROUNDS=10000` takes some minutes. */
const rounds = Number(process.env["CAGE_TEST_MEMORY_ROUNDS"] ?? 40);
/** The most bytes by which objects may grow from a quarter of the rounds to their end. */
const noise = 64 * 1024;
/** The number of rounds that shows whether Cage keeps a text (16 KB). */
const few = 20;
const fileCount = 10;
const timeout = 60_000 + rounds * 1000;

it(
  `${rounds} rounds of open, edit, draft and save leave memory flat and nothing on the disk`,
  async () => {
    const { growth } = await memoryOver(rounds, () => undefined);
    expect(growth).toBeLessThan(noise);
  },
  timeout,
);

it.each([
  ["text", (text: string) => text],
  ["buffer", (text: string) => new TextEncoder().encode(text)],
])("finds a %s that is kept", async (_what, keptOf) => {
  const kept = new Map<number, unknown>();
  const { growth } = await memoryOver(few, (round, text) => kept.set(round, keptOf(text)));
  expect(kept.size).toBe(few);
  expect(growth).toBeGreaterThan(noise);
});

/** Opens, edits, drafts and saves files in turn, with a lock now and then. */
async function memoryOver(count: number, onText: (round: number, text: string) => void) {
  const at = await desk();
  const names = Array.from({ length: fileCount }, (_, index) => `${index}.yaml.age`);
  for (const name of names) await at.encrypted(name, "first: 1\n");
  const editors = new Map<string, string>();
  const documents = new Documents(
    at.context,
    () => undefined,
    (path) => editors.get(path) ?? null,
    (path) => editors.has(path),
  );
  const context = draftContext(at);
  const drafts = new Drafts(context);
  const targets = new DraftTargets(documents, at.context);
  const isLong = count > 1000;
  const samples: Awaited<ReturnType<typeof memoryInUse>>[] = [];
  let last = "";
  for (let round = 1; round <= count; round++) {
    const path = at.path(names[round % fileCount] ?? "");
    const plaintext = await documents.read(path, "ask");
    const opened = new TextDecoder().decode(plaintext);
    plaintext.fill(0);
    editors.set(path, opened);
    last = `round: ${round}\n${String.fromCharCode(97 + (round % 26)).repeat(16_000)}\n`;
    onText(round, last);
    editors.set(path, last);
    const target = targets.now(path);
    if (target === null) throw new Error("the document is not open");
    const content = new TextEncoder().encode(last);
    await drafts.make(path, target.base, target.key, content);
    if (round % 10 === 0) {
      const [draft] = await drafts.find(path);
      if (draft === undefined) throw new Error("there is no draft");
      (await drafts.open(draft, "never")).fill(0);
    }
    documents.willSave(path);
    const saved = await documents.write(path, content, "when changed");
    if (saved.kind !== "written") throw new Error(`not written: ${saved.kind}`);
    await drafts.discardOwn(path);
    editors.delete(path);
    if (round % 50 === 0) {
      at.keyring.lock();
      documents.lock([]);
      targets.clear();
    }
    const quarter = round / Math.floor(count / 4);
    if (quarter === 1 || quarter === 4 || (isLong && Number.isInteger(quarter))) {
      samples.push(await memoryInUse(at.folder));
    }
  }
  await expectNames(at.folder, ...names, "storage");
  expect(await readdir(join(at.folder, "storage", "drafts"))).toEqual([]);
  expect(await decrypted(at.path(names[count % fileCount] ?? ""), alice)).toBe(last);
  if (isLong) console.log(samples);
  const [first, end] = [samples[0], samples.at(-1)];
  return { growth: (end?.bytes ?? 0) - (first?.bytes ?? 0) };
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Measures the reachable objects with the bytes of their buffers, and Node's own figures. */
async function memoryInUse(folder: string) {
  const file = join(folder, "heap");
  writeHeapSnapshot(file);
  const objects = sizeOfObjects(JSON.parse(await readFile(file, "utf8")) as HeapSnapshot);
  await rm(file);
  collectGarbage();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { ...objects, heapUsed, external, rss };
}
