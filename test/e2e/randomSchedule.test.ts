import { join } from "node:path";
import { expect } from "vitest";
import { givenSeed, Random } from "../workbench/random";
import { encryptWithAge, generateKey } from "./ageProgram";
import { DraftReader } from "./draftReader";
import { scenario } from "./scenario";
import { Schedule } from "./schedule";
import { DocumentModel } from "./scheduleModel";
import { ScheduleUser } from "./scheduleUser";
import { ScheduleWindow } from "./scheduleWindow";

/**
 * The number of random events, for example `CAGE_TEST_SCHEDULE=300`. Each takes about a second, so
 * by default the test does not run. `CAGE_TEST_SEED` repeats the choices of a failed run.
 */
const events = Number(process.env["CAGE_TEST_SCHEDULE"] ?? 0);
const seed = givenSeed();

scenario(
  "no unsaved text and no Ctrl+S is lost in random events",
  { retry: 0, timeout: 120_000 + events * 6000 },
  async ({ folder, keys, openWorkbench, skip }) => {
    skip(events === 0, "it takes minutes: CAGE_TEST_SCHEDULE=300 runs 300 random events");
    const key = await generateKey(keys, "keys.txt");
    const documents = ["one", "two"].map(
      (name) => new DocumentModel(join(folder, `${name}.txt.age`), `${name}.txt`, `${name} `),
    );
    for (const { path, text } of documents) await encryptWithAge(path, text, [key.recipient]);
    const [first, second] = documents;
    if (first === undefined || second === undefined) throw new Error("there are no documents");
    const settings = { "cage.identities": [key.path], "workbench.editor.enablePreview": false };
    const workbench = await openWorkbench({ settings });
    const reader = await DraftReader.of(workbench.dataFolder, key.path);
    const random = new Random(seed);
    const window = new ScheduleWindow(workbench);
    const user = new ScheduleUser(window, [first, second], reader, key, random);
    const schedule = new Schedule(user);
    const started = performance.now();
    for (let event = 1; event <= events; event++) {
      try {
        await schedule.step();
      } catch (error) {
        const last = user.log.slice(-25).join("\n");
        const shown = await window.describe().catch(() => "a window that is gone");
        const where = `seed ${seed}, event ${event}`;
        throw new Error(`${where}:\n${last}\n${shown}`, { cause: error });
      }
    }
    const seconds = (performance.now() - started) / 1000;
    console.log(`seed ${seed}: ${events} events in ${seconds.toFixed(0)} s`);
    expect(user.log.length).toBeGreaterThanOrEqual(events);
  },
);
