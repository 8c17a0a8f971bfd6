import { fork, type ChildProcess } from "node:child_process";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseIdentityFile } from "../../src/keys/identityFile";
import { childProgram } from "./childProgram";
import { ageFile, alice, decrypted, expectNames, temporaryFolder, text } from "./kit";
import type { Order, Outcome } from "./racing.child";

/** The number of rounds: 40 for CI. The promise was made for 1000. */
const rounds = Number(process.env["CAGE_RACE_ROUNDS"] ?? 40);

/** Chooses a delay between 0 and 8 ms: a save takes about as long. */
const distance = (): number => Math.random() * 8;

describe.runIf(process.platform === "linux")("processes that write one file at once", () => {
  const program = childProgram("racing.child.ts");
  const processes: ChildProcess[] = [];

  beforeAll(async () => {
    const records = await temporaryRecords();
    for (let i = 0; i < 3; i++) {
      processes.push(fork(program.path, [text(alice.encode()), records]));
    }
  });

  afterAll(() => {
    for (const one of processes) one.kill();
  });

  async function temporaryRecords(): Promise<string> {
    const folder = join(program.path, "..", "records");
    await mkdir(folder);
    return folder;
  }

  function tell(number: number, order: Order): Promise<Outcome> {
    const one = processes[number];
    if (one === undefined) throw new Error("there is no such process");
    return new Promise((resolve) => {
      one.once("message", (outcome) => {
        resolve(outcome as Outcome);
      });
      one.send(order);
    });
  }

  const save = (paths: readonly string[], ...texts: readonly string[]): Order => ({
    ...{ kind: "save", paths, texts, delays: texts.map(distance) },
  });

  /** Decrypts all visible files in a folder. */
  async function textsIn(folder: string): Promise<readonly string[]> {
    const names = (await readdir(folder)).filter((name) => name.endsWith(".age"));
    return Promise.all(names.map((name) => decrypted(join(folder, name), alice)));
  }

  it("two windows: one version is written, and whoever comes second is asked", async () => {
    const folder = await temporaryFolder();
    for (let round = 0; round < rounds; round++) {
      const path = join(folder, "a.age");
      await writeFile(path, await ageFile("old"));
      await Promise.all([0, 1].map((one) => tell(one, { kind: "open", paths: [path] })));
      const outcomes = await Promise.all([0, 1].map((one) => tell(one, save([path], `by ${one}`))));
      const winner = outcomes.findIndex(({ ends }) => ends[0] === "written");
      expect(outcomes.map(({ ends, asked }) => [...ends, asked])).toEqual(
        [0, 1].map((one) => (one === winner ? ["written", 0] : ["changed-on-disk", 1])),
      );
      expect(outcomes.flatMap(({ notices }) => notices)).toEqual([]);
      expect(await decrypted(path, alice)).toBe(`by ${winner}`);
      await expectNames(folder, "a.age");
    }
  });

  it("one window, by the file's name and by a link to it", async () => {
    const folder = await temporaryFolder();
    const [path, link] = [join(folder, "a.age"), join(folder, "link.age")];
    await symlink("a.age", link);
    for (let round = 0; round < rounds; round++) {
      await writeFile(path, await ageFile("old"));
      await tell(0, { kind: "open", paths: [path, link] });
      const { ends, asked } = await tell(0, save([path, link], "by name", "by link"));
      expect([...ends].sort()).toEqual(["changed-on-disk", "written"]);
      expect(asked).toBe(1);
      expect(await decrypted(path, alice)).toBe(ends[0] === "written" ? "by name" : "by link");
      await expectNames(folder, "a.age", "link.age");
    }
  });

  it("two windows and another program: nothing of anybody's is lost in silence", async () => {
    const seen = new Map<string, number>();
    for (let round = 0; round < rounds; round++) {
      const folder = await temporaryFolder();
      const path = join(folder, "a.age");
      await writeFile(path, await ageFile("old"));
      await Promise.all([0, 1].map((one) => tell(one, { kind: "open", paths: [path] })));
      const content = Buffer.from(await ageFile("theirs")).toString("base64");
      const [theirs, ...ours] = await Promise.all([
        tell(2, { kind: "another program", path, content, delay: distance() }),
        ...[0, 1].map((one) => tell(one, save([path], `by ${one}`))),
      ]);
      expect(theirs.ends).toEqual(["renamed"]);
      const now = await decrypted(path, alice);
      const texts = await textsIn(folder);
      const notices = ours.flatMap((one) => one.notices.map(({ kind }) => kind));
      const written = ours.flatMap(({ ends }, one) => (ends[0] === "written" ? [`by ${one}`] : []));
      // The other program's version is there, or the user was told that it is not.
      if (!texts.includes("theirs")) expect(notices).toEqual(["overwritten"]);
      // Cage wrote at most one version without a question. Only the other program, which Cage can't
      // stop, may have replaced it since.
      expect(written.length).toBeLessThan(2);
      for (const { ends, asked } of ours) {
        if (ends[0] !== "written") expect([...ends, asked]).toEqual(["changed-on-disk", 1]);
      }
      expect(["theirs", ...written]).toContain(now);
      const kind = `${now.startsWith("by") ? "ours" : now} ${notices.join()} ${texts.length}`;
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
    }
    if (rounds > 100) console.log(Object.fromEntries(seen));
  });

  it("two windows that add an identity: all are there", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "keys.txt");
    for (let round = 0; round < rounds; round++) {
      await writeFile(path, `${text(alice.encode())}\n`, { mode: 0o600 });
      const outcomes = await Promise.all(
        [0, 1].map((one) => tell(one, { kind: "add identity", path, delay: distance() })),
      );
      expect(outcomes.map(({ ends }) => ends)).toEqual([["stored"], ["stored"]]);
      const parsed = await parseIdentityFile(await readFile(path), path);
      expect(parsed.kind === "plain" ? parsed.identities.length : parsed.kind).toBe(3);
      await expectNames(folder, "keys.txt");
    }
  });

  it("two windows that encrypt onto one target: one does, and the other says why not", async () => {
    const folder = await temporaryFolder();
    const target = join(folder, "a.age");
    const sources = [0, 1].map((one) => join(folder, `source ${one}`));
    for (const [one, source] of sources.entries()) await writeFile(source, `by ${one}`);
    for (let round = 0; round < rounds; round++) {
      await writeFile(target, await ageFile("old"));
      const outcomes = await Promise.all(
        sources.map((source, one) =>
          tell(one, { kind: "encrypt", source, target, delay: distance() }),
        ),
      );
      const ends = outcomes.flatMap((one) => one.ends);
      expect(ends).toContain("encrypted");
      for (const end of ends) expect(["encrypted", "busy", "changed-on-disk"]).toContain(end);
      const done = ends.flatMap((end, one) => (end === "encrypted" ? [`by ${one}`] : []));
      expect(done).toContain(await decrypted(target, alice));
      await expectNames(folder, "a.age", "source 0", "source 1");
    }
  });
});
