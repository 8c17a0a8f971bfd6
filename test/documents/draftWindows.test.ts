import { uptime } from "node:os";
import { describe, expect, it } from "vitest";
import type { DraftContext } from "../../src/documents/drafts/drafts";
import { machineHome, machineProcesses } from "../../src/documents/disk/processes";
import { localDisk } from "../../src/documents/disk/localDisk";
import { bytes, desk, processNumber, text, type Desk } from "./kit";
import { draftContext, draftsOf, opened } from "./draftsKit";
import { observedDisk } from "./observedDisk";

/** Makes a draft in one window. */
async function draft(at: Desk, path: string, changes: Partial<DraftContext>): Promise<void> {
  const { ciphertext, draftKey } = await opened(at, path);
  await draftsOf(at, changes).make(path, ciphertext, draftKey, bytes(changes.session ?? "typed"));
}

describe("the window of a draft", () => {
  const gone = "a window that is gone";
  const other = "another window";
  it.each([
    ["of the same machine, whose process is gone", "host boot pid:[1]", gone],
    ["of this machine, before it was started last", "host earlier pid:[9]", gone],
    ["of another machine", "elsewhere boot pid:[1]", other],
    ["of another machine that was started at another time", "elsewhere earlier pid:[1]", other],
    ["of another container on this machine", "host boot pid:[2]", other],
    ["of a system that tells no boot", "host", other],
    ["of nobody knows what", "", other],
  ])("%s: %s is %s", async (_what, home, expected) => {
    const at = await desk();
    const path = await at.encrypted("a.txt.age", "text");
    await draft(at, path, { session: "first", home });
    const next = draftsOf(at, { session: "next", processes: processNumber(2) });
    expect((await next.find(path)).map(({ of }) => of)).toEqual([expected]);
  });

  it("of this machine's name is another machine's if it was made after this one's start", async () => {
    const at = await desk();
    const path = await at.encrypted("a.txt.age", "text");
    const next = draftsOf(at, { session: "next", processes: processNumber(2) });
    const seen = async (made: number) => {
      at.clock.time = made;
      await draft(at, path, { session: "first", home: "host earlier pid:[1]" });
      return (await next.find(path)).map(({ of }) => of);
    };
    const started = Date.now() - uptime() * 1000;
    expect(await seen(started - 60_000)).toEqual([gone]);
    expect(await seen(started + 1000)).toEqual([other]);
  });

  it("is told by its process alone where the system tells no boot", async () => {
    const at = await desk();
    const path = await at.encrypted("a.txt.age", "text");
    await draft(at, path, { session: "first", home: "mac" });
    const seen = async (alive: readonly number[]) => {
      const processes = processNumber(2, new Set(alive));
      const next = draftsOf(at, { session: "next", home: "mac", processes });
      return (await next.find(path)).map(({ of }) => of);
    };
    expect(await seen([])).toEqual([gone]);
    expect(await seen([1])).toEqual([other]);
  });

  it("is gone when another process has its id by now", async () => {
    const at = await desk();
    const path = await at.encrypted("a.txt.age", "text");
    await draft(at, path, { session: "first" });
    const isAlive = (pid: number, start: string) => pid === 1 && start === "later";
    const processes = { ...processNumber(2), isAlive };
    const [found] = await draftsOf(at, { session: "next", processes }).find(path);
    expect(found?.of).toBe(gone);
  });

  it("is this one after the extension host was started again", async () => {
    const at = await desk();
    const path = await at.encrypted("a.txt.age", "text");
    await draft(at, path, { session: "same" });
    const again = draftsOf(at, { session: "same", processes: processNumber(2) });
    expect((await again.find(path)).map(({ of }) => of)).toEqual(["this window"]);
  });

  it("of a real machine has a home", () => {
    expect(machineHome(machineProcesses())).not.toBe("");
  });
});

describe("clocks", () => {
  it("that were set back lose no draft, and the order is the same for everybody", async () => {
    const at = await desk();
    const path = await at.encrypted("a.txt.age", "text");
    for (const [session, made] of [
      ...([
        ["late", 9e12],
        ["zero", 0],
        ["negative", -5],
      ] as const),
      ...([
        ["same 1", 1000.5],
        ["same 2", 1000],
        ["same 3", 1000],
      ] as const),
    ] as const) {
      at.clock.time = made;
      await draft(at, path, { session });
    }
    at.clock.time = 500;
    const order = async (session: string) => {
      const drafts = draftsOf(at, { session, processes: processNumber(2) });
      const found = await drafts.find(path);
      expect(await drafts.all()).toEqual(found);
      const contents = found.map(async (one) => text(await drafts.open(one, "ask")));
      expect(await Promise.all(contents)).toEqual(found.map(({ record }) => record.session));
      return found.map(({ record }) => record.session);
    };
    const seen = await order("next");
    expect(seen[0]).toBe("late");
    expect([...seen].sort()).toEqual(["late", "negative", "same 1", "same 2", "same 3", "zero"]);
    expect(seen.slice(1, 4).sort()).toEqual(["same 1", "same 2", "same 3"]);
    expect(await order("another")).toEqual(seen);
  });
});

describe("500 drafts", () => {
  it("are read one after another, and only those of the path that is asked for", async () => {
    const at = await desk();
    const path = await at.encrypted("a.txt.age", "text");
    const { ciphertext, draftKey } = await opened(at, path);
    const writing = draftsOf(at);
    const paths = Array.from({ length: 500 }, (_, index) => at.path(`${index}.age`));
    for (const one of paths) await writing.make(one, ciphertext, draftKey, bytes(one));
    let [opens, open, most] = [0, 0, 0];
    const disk = observedDisk(localDisk, {
      before: ({ name }) => {
        if (name !== "openForReading") return;
        opens++;
        most = Math.max(most, ++open);
      },
      after: ({ name }) => {
        if (name === "close") open--;
      },
    });
    const drafts = draftsOf(at, { disk, folder: draftContext(at).folder });
    const [found, ...others] = await drafts.find(at.path("250.age"));
    expect(found?.record.path).toBe(at.path("250.age"));
    expect(others).toEqual([]);
    expect(opens).toBe(1);
    expect(await drafts.all()).toHaveLength(500);
    expect(opens).toBe(501);
    expect(most).toBe(1);
    expect(Object.keys(found?.record ?? {})).not.toContain("header");
  });
});
