import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { beforeAll, describe, it } from "vitest";
import { scheme } from "../../src/vscode/uris";
import { childProgram } from "../documents/childProgram";
import { testFolder } from "../testFolder";
import { bundleExtension } from "../workbench/extension";
import { Holdings, kept } from "../workbench/holdings";
import { withoutTexts, type KeptWindow } from "../workbench/keptWindow";
import { end, type Life, type News } from "../workbench/news";
import { givenSeed, Random } from "../workbench/random";
import { Remains } from "../workbench/remains";
import { textOf } from "../workbench/textModel";
import { Uri } from "../workbench/values";
import { Vault } from "../workbench/vault";

/**
 * The number of kills, for example `CAGE_TEST_KILLS=1000`. `CAGE_TEST_SEED` repeats the choices of
 * a failed run, but not their moments.
 */
const kills = Number(process.env["CAGE_TEST_KILLS"] ?? 12);
const seed = givenSeed();
/** The number of windows that are killed side by side. */
const windows = kills > 12 ? 4 : 2;

describe.runIf(process.platform !== "win32")(
  "an extension host that is killed at any moment",
  () => {
    const program = childProgram(join("..", "vscode", "killedHost.child.ts"));
    let bundle = "";
    beforeAll(async () => {
      bundle = join(program.path, "..", "extension.js");
      await writeFile(bundle, await bundleExtension());
    });

    it(
      "loses no version, no edit that is older than two seconds, and leaves nothing behind",
      { timeout: 60_000 + kills * 5000 },
      async () => {
        const folder = testFolder();
        const run = async (index: number): Promise<KilledWindow> => {
          const window = await KilledWindow.make(join(folder, String(index)), seed + index, {
            ...{ program: program.path, bundle },
          });
          const lives = Math.ceil(kills / windows);
          for (let life = 1; life <= lives; life++) await window.live(life, life === lives);
          return window;
        };
        const all = await Promise.all(Array.from({ length: windows }, (_, index) => run(index)));
        if (kills > 12) console.log(all.map(({ figures }) => JSON.stringify(figures)).join("\n"));
      },
    );
  },
);

/** A window whose extension host is killed again and again. */
class KilledWindow {
  readonly figures: Record<string, number> = { longestLag: 0 };
  private readonly recent: string[] = [];
  private window: KeptWindow | null = null;
  /** The total running time of all earlier extension hosts, in milliseconds. */
  private before = 0;
  private now = 0;
  private faults: string[] = [];

  private constructor(
    private readonly random: Random,
    private readonly seed: number,
    private readonly life: Omit<Life, "kept" | "seed" | "number">,
    private readonly program: string,
    private readonly folder: string,
    private readonly documents: readonly Holdings[],
    private readonly remains: Remains,
  ) {}

  static async make(
    folder: string,
    seed: number,
    { program, bundle }: { readonly program: string; readonly bundle: string },
  ): Promise<KilledWindow> {
    const [home, storage, files] = ["home", "storage", "files"].map((name) => join(folder, name));
    if (home === undefined || storage === undefined || files === undefined) throw new Error();
    for (const one of [home, storage, files]) await mkdir(one, { recursive: true });
    const vault = new Vault();
    await writeFile(join(home, "key.txt"), vault.secret, { mode: 0o600 });
    const documents: Holdings[] = [];
    for (const name of ["a.txt", "b.yaml", "c.md"]) {
      const path = join(files, `${name}.age`);
      await vault.write(path, `first of ${name}`, "key");
      const uri = Uri.from({ scheme, path: `${path}/${name}` }).toString();
      documents.push(new Holdings(path, uri, `first of ${name}`));
    }
    const settings = {
      ...{ "cage.identities": [join(home, "key.txt")], "cage.engine": "openssl" },
      ...{ "cage.lock.afterMinutes": 0, "cage.files": ["*.age"] },
      "cage.recipients": { "*.age": [vault.recipient] },
      "cage.backup.retention": `keep_last:${kept}`,
    };
    const life = {
      bundle,
      home,
      storage,
      settings,
      documents: documents.map(({ path, uri }) => ({ path, uri })),
    };
    const remains = new Remains(storage, vault, documents);
    return new KilledWindow(new Random(seed), seed, life, program, folder, documents, remains);
  }

  /** Starts an extension host, kills it, and examines what is left. */
  async live(number: number, isLast: boolean): Promise<void> {
    const unsaved = this.documents.map((document) => document.unsaved);
    const file = join(this.folder, "life.json");
    const seeds = { seed: this.random.below(2 ** 31), number };
    await writeFile(file, JSON.stringify({ ...this.life, ...seeds, kept: this.window }));
    const child = spawn(process.execPath, [this.program, file], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const ended = once(child, "close");
    const told = this.listen(child);
    const isEarly = !isLast && this.random.happens(0.15);
    try {
      if (isEarly) await Promise.race([pause(this.random.below(600)), ended]);
      else await Promise.race([this.work(child, told, unsaved, isLast), ended]);
    } finally {
      child.kill("SIGKILL");
      await ended;
    }
    if (child.signalCode !== "SIGKILL") this.faults.push("it ended by itself");
    const what = this.random.happens(0.5) ? "host" : "window";
    this.note(`the ${what} was killed ${isEarly ? "early" : ""}`);
    this.count(`${what}s killed`);
    await this.autopsy();
    this.before = this.now;
    if (this.window === null) return;
    if (what === "host") {
      const { models } = this.window;
      for (const document of this.documents) {
        const model = models.find(({ uri }) => uri === document.uri);
        // The text was about to be given up or saved.
        if (model?.isDirty === true) document.changed(this.now, textOf(model));
      }
      return;
    }
    for (const document of this.documents) document.windowKilled(this.now);
    this.window = withoutTexts(this.window);
  }

  /**
   * Lets an extension host work, after a look at its start.
   *
   * @param unsaved - the editors' texts.
   */
  private async work(
    child: ChildProcess,
    told: (kind: News["kind"]) => Promise<void>,
    unsaved: readonly (string | null)[],
    isLast: boolean,
  ): Promise<void> {
    await told("all open");
    await this.look("after a start", unsaved);
    if (isLast || this.random.happens(0.15)) {
      await this.remains.age();
      child.stdin?.write("save all\n");
      await told("all saved");
      await this.look("after saves", null);
    }
    child.stdin?.write("work\n");
    const until = this.now + this.moment();
    while (this.now < until && child.exitCode === null) await pause(5);
  }

  /** Chooses after how many milliseconds of work, by the process's own count, to kill it. */
  private moment(): number {
    const [from, to] = this.random.weighted([
      [60, [0, 400]],
      [30, [300, 1000]],
      [10, [2600, 3600]],
    ] as const);
    return from + this.random.below(to - from);
  }

  /** Records the news of a process. @returns a function that waits for a kind of news. */
  private listen({ stdout }: ChildProcess): (kind: News["kind"]) => Promise<void> {
    if (stdout === null) throw new Error("it tells nothing");
    const waiting = new Map<string, () => void>();
    const lines = createInterface(stdout);
    lines.on("line", (line) => {
      // A kill may have torn the last line.
      if (!line.endsWith(end)) return;
      const news = JSON.parse(line.slice(0, -end.length)) as News;
      this.now = this.before + news.at;
      this.take(news);
      waiting.get(news.kind)?.();
    });
    const closed = once(lines, "close");
    return async (kind) => {
      const told = new Promise<true>((resolve) => {
        waiting.set(kind, () => {
          resolve(true);
        });
        waiting.set("fails", () => {
          resolve(true);
        });
      });
      await Promise.race([told, closed]);
      this.judge(`before it told "${kind}"`, this.faults);
    };
  }

  private take(news: News): void {
    if (news.kind !== "alive" && news.kind !== "kept") {
      this.note(JSON.stringify({ ...news, kept: undefined, at: Math.round(this.now) }));
      this.count(news.kind);
    }
    if ("kept" in news) this.window = news.kept;
    if (news.kind === "fails") this.faults.push(news.message);
    if (!("uri" in news)) return;
    const document = this.documents.find(({ uri }) => uri === news.uri);
    if (document === undefined) return;
    switch (news.kind) {
      case "changed":
        document.changed(this.now, news.text);
        break;
      case "writing":
        document.fileTexts.add(news.text);
        break;
      case "written":
        if (news.by === "user") document.isNow(news.text);
        else document.setAside(news.text);
        break;
      case "gives up":
        document.giveUp();
        break;
      case "discards a draft":
        if (document.isOwed) this.faults.push(`another text hides what is owed: ${news.uri}`);
        break;
      case "restores":
        for (const text of document.held) document.fileTexts.add(text);
        break;
      case "restored":
        document.isNow(news.text);
        break;
    }
  }

  /** Examines what a dead process has left. */
  private async autopsy(): Promise<void> {
    const faults = [...this.faults, ...(await this.remains.faults())];
    for (const document of this.documents) {
      const drafts = await this.remains.draftsOf(document);
      faults.push(...document.faults(drafts, this.now));
      const lag = Math.round(document.lag(drafts, this.now));
      this.figures["longestLag"] = Math.max(this.figures["longestLag"] ?? 0, lag);
    }
    this.judge("after a kill", faults);
  }

  /**
   * Examines what there is once nothing is under way.
   *
   * @param before - the earlier editors' texts.
   */
  private async look(when: string, before: readonly (string | null)[] | null): Promise<void> {
    const look = async (): Promise<readonly string[]> => [
      ...this.faults,
      ...(await this.remains.faults()),
      ...(await this.unrest(before)),
      ...(before === null ? await this.remains.leftOfSaves() : await this.remains.leftOfStart()),
    ];
    // A file may disappear during the look.
    const faults = (): Promise<readonly string[]> =>
      look().catch((error: unknown) => [String(error)]);
    let found = await faults();
    for (let turns = 200; turns > 0 && found.length > 0; turns--) {
      await pause(20);
      found = await faults();
    }
    this.judge(when, found);
  }

  /** Describes documents that are not as they should be, or have drafts of anything else. */
  private async unrest(before: readonly (string | null)[] | null): Promise<readonly string[]> {
    const faults: string[] = [];
    for (const [index, document] of this.documents.entries()) {
      const { path, unsaved, isOwed } = document;
      const drafts = await this.remains.draftsOf(document);
      if (isOwed) faults.push(`${path}: what is owed was not put back`);
      if (drafts.length > 1 || (drafts[0] ?? null) !== unsaved) {
        faults.push(`${path}: ${unsaved ?? "none"} unsaved, and drafts of ${drafts.join()}`);
      }
      const held = before?.[index] ?? null;
      if (held !== null && unsaved !== held) faults.push(`${path}: ${held} is gone`);
    }
    return faults;
  }

  private judge(when: string, faults: readonly string[]): void {
    if (faults.length === 0) return;
    const where = `CAGE_TEST_SEED=${seed} (${this.seed}), ${when}:`;
    throw new Error([where, ...faults, "after:", ...this.recent].join("\n"));
  }

  private count(what: string): void {
    this.figures[what] = (this.figures[what] ?? 0) + 1;
  }

  private note(line: string): void {
    // The long scheme would only hide the rest of the line.
    this.recent.push(line.replaceAll(scheme, "cage"));
    if (this.recent.length > 80) this.recent.shift();
  }
}
