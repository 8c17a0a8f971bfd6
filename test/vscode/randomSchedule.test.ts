import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { scheme } from "../../src/vscode/uris";
import { testFolder } from "../testFolder";
import { failures } from "../workbench/emitter";
import { BundledExtension, bundleExtension } from "../workbench/extension";
import { Hand, type Sheet } from "../workbench/hand";
import { makeOffice, type Office } from "../workbench/office";
import { givenSeed, Random } from "../workbench/random";
import { Workbench } from "../workbench/workbench";

/**
 * The schedule. `CAGE_TEST_SEED` sets its first seed, `CAGE_TEST_SEEDS` the number of seeds, and
 * `CAGE_TEST_EVENTS` the events for each.
 */
const firstSeed = givenSeed(14);
const seeds = Number(process.env["CAGE_TEST_SEEDS"] ?? 1);
const events = Number(process.env["CAGE_TEST_EVENTS"] ?? 400);

describe.runIf(process.platform !== "win32")("a random schedule", () => {
  let bundle: BundledExtension;
  beforeAll(async () => {
    bundle = new BundledExtension(await bundleExtension());
  });

  it.each(Array.from({ length: seeds }, (_, index) => firstSeed + index))(
    "of edits, saves, undos, closes, locks, changes elsewhere and kills loses no text: seed %i",
    { timeout: 600_000 },
    async (seed) => {
      const schedule = await Schedule.begin(bundle, seed);
      for (let event = 1; event <= events; event++) {
        await schedule.step();
        const faults = await schedule.check();
        if (faults.length > 0) throw schedule.failure(`seed ${seed}, event ${event}`, faults);
      }
      await schedule.end();
    },
  );
});

/** A window, its user, and the accounts of what Cage owes him. */
class Schedule {
  readonly hand: Hand;
  private window: Workbench;
  private readonly sheets: readonly Sheet[];

  private constructor(
    private readonly random: Random,
    private readonly office: Office,
  ) {
    const { sheets, vault, options } = office;
    this.sheets = sheets;
    const [window, now] = [() => this.window, () => office.clock.now];
    this.hand = new Hand(random, sheets, vault, window, now);
    this.window = new Workbench({ ...options, user: this.hand });
    this.window.start();
  }

  static async begin(bundle: BundledExtension, seed: number): Promise<Schedule> {
    const office = await makeOffice(bundle, testFolder(), scheme);
    return new Schedule(new Random(seed), office);
  }

  /** Does one thing, often before the effects of the last one are complete. */
  async step(): Promise<void> {
    const kill = this.random.weighted<"none" | "host" | "window">([
      ...([
        [960, "none"],
        [20, "host"],
        [20, "window"],
      ] as const),
    ]);
    if (kill === "none") {
      await this.hand.act();
      return;
    }
    this.hand.note(`kills the ${kill}`);
    await this.kill(kill);
  }

  /** Waits until all work is done. @returns the faults. */
  async check(): Promise<readonly string[]> {
    if (this.random.happens(0.3)) return [];
    await this.window.settled();
    return this.look();
  }

  /** Describes faults and the deeds before them. */
  failure(where: string, faults: readonly string[]): Error {
    return new Error([where, ...faults, "after:", ...this.hand.deeds].join("\n"));
  }

  async end(): Promise<void> {
    await this.window.settled();
    expect(await this.look()).toEqual([]);
    expect(failures).toEqual([]);
    await this.window.killHost();
  }

  private async kill(what: "host" | "window"): Promise<void> {
    const { now } = this.office.clock;
    await this.window.killHost();
    await turns(5);
    if (what === "window") {
      for (const { account } of this.sheets) account.killed(now);
      this.hand.pending.length = 0;
      this.window = new Workbench(
        { ...this.office.options, user: this.hand },
        this.window.keptWithoutTexts,
      );
    } else {
      for (const { account } of this.sheets) account.hostKilled(now);
    }
    const faults = await this.look();
    if (faults.length > 0) throw this.failure(`a killed ${what}`, faults);
    this.window.start();
  }

  private async look(): Promise<readonly string[]> {
    const faults: string[] = [];
    for (const { account } of this.sheets) {
      account.locked();
      const file = await this.office.vault.read(account.path);
      const drafts = await this.office.vault.drafts(
        join(this.office.storage, "drafts"),
        account.path,
      );
      faults.push(...account.check({ file, drafts }, this.office.clock.now));
      account.settle({ file, drafts });
    }
    return faults;
  }
}

async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await new Promise((resolve) => setImmediate(resolve));
}
