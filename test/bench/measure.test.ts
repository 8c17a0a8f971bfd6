import { describe, expect, it } from "vitest";
import { compare, type Contestant, ratiosTo, undisturbedRatiosTo } from "../../bench/measure.mjs";
import { busyTicks, ownTicks } from "../../bench/otherProcesses.mjs";

/** Makes a machine on which other programs compute only during the given samples. */
function machine(busySamples: (sample: number) => boolean) {
  let sample = -1;
  let time = 0;
  return {
    watchOthers() {
      sample++;
      const busy = busySamples(sample);
      return () => (busy ? 10 : 0);
    },
    quietMoment: () => {
      time += 1000;
      return Promise.resolve();
    },
    now: () => time,
  };
}

const quiet = () => machine(() => false);
const patient = () => ({ seconds: 1000, deadline: Infinity });

/** Makes a contestant that takes these times, one after another. */
function taking(name: string, bytes: number, seconds: readonly number[], log: string[] = []) {
  let run = 0;
  return {
    name,
    bytes,
    prepare: () => log.push(`prepare ${name}`),
    run() {
      log.push(`run ${name}`);
      return seconds[run++ % seconds.length] ?? NaN;
    },
    check: () => log.push(`check ${name}`),
  } satisfies Contestant;
}

describe("a comparison", () => {
  it("warms up, and changes the order and the neighbours from round to round", async () => {
    const log: string[] = [];
    const contestants = ["a", "b", "c"].map((name) => taking(name, 1, [1], log));
    await compare(contestants, 3, patient(), quiet());
    const runs = log.filter((line) => line.startsWith("run")).map((line) => line.slice(4));
    expect(runs.join(" ")).toBe("a b c " + "a b c " + "a c b " + "c a b");
  });

  it("prepares and checks each run", async () => {
    const log: string[] = [];
    await compare([taking("a", 1, [1], log)], 1, patient(), quiet());
    expect(log).toEqual(["prepare a", "run a", "check a", "prepare a", "run a", "check a"]);
  });

  it("does not count the warm-up", async () => {
    const { contestants } = await compare([taking("a", 1, [99, 1, 2])], 2, patient(), quiet());
    expect(contestants).toEqual([{ name: "a", bytes: 1, seconds: [1, 2] }]);
  });

  it("fails with the first output that is wrong, and names its contestant", async () => {
    const wrong = {
      ...taking("a", 1, [1]),
      check() {
        throw new Error("wrong");
      },
    };
    await expect(compare([wrong], 1, patient(), quiet())).rejects.toThrow("a: wrong");
  });

  it("takes a sample again that others disturbed", async () => {
    // Sample 0 warms up; sample 1 is disturbed.
    const comparison = await compare(
      [taking("a", 1, [1, 5, 2])],
      1,
      patient(),
      machine((sample) => sample === 1),
    );
    expect(comparison).toEqual({
      contestants: [{ name: "a", bytes: 1, seconds: [2] }],
      dropped: 1,
      disturbed: 0,
    });
  });

  it("ends on a machine that is never quiet, and says so", async () => {
    const comparison = await compare(
      [taking("a", 1, [1]), taking("b", 1, [1])],
      10,
      patient(),
      machine(() => true),
    );
    expect(comparison.contestants.map(({ seconds }) => seconds.length)).toEqual([10, 10]);
    expect(comparison.dropped).toBe(10);
    expect(comparison.disturbed).toBe(20);
  });

  it("may use a quarter of the patience that is left, since others come after it", async () => {
    const patience = { seconds: 16, deadline: Infinity };
    const dropped: number[] = [];
    for (let i = 0; i < 2; i++) {
      const contestants = [taking("a", 1, [1])];
      dropped.push(
        (
          await compare(
            contestants,
            20,
            patience,
            machine(() => true),
          )
        ).dropped,
      );
    }
    expect(dropped).toEqual([4, 3]);
    expect(patience.seconds).toBe(9);
  });

  it("has to do with two rounds when time is over", async () => {
    const patience = { seconds: 0, deadline: -1 };
    const { contestants } = await compare([taking("a", 1, [1])], 20, patience, quiet());
    expect(contestants[0]?.seconds).toEqual([1, 1]);
  });
});

describe("ratios", () => {
  it("are those of throughputs within each round", async () => {
    const contestants = [taking("age", 100, [9, 1, 2, 4]), taking("fast", 200, [9, 1, 2, 1])];
    const rows = ratiosTo(await compare(contestants, 3, patient(), quiet()), "age");
    expect(rows).toEqual([
      {
        name: "age",
        ratio: 1,
        spread: [1, 1],
        seconds: 2,
        megabytesPerSecond: 50 / 1e6,
        samples: 3,
      },
      {
        name: "fast",
        ratio: 2,
        spread: [2, 5],
        seconds: 1,
        megabytesPerSecond: 200 / 1e6,
        samples: 3,
      },
    ]);
  });
});

describe("undisturbed ratios", () => {
  it("are those of the fastest quarters, whatever slow samples there are", async () => {
    const contestants = [
      taking("age", 100, [9, 1, 3, 8, 9, 9]),
      taking("fast", 200, [9, 7, 2, 9, 1, 9]),
    ];
    const comparison = await compare(contestants, 5, patient(), quiet());
    const rows = undisturbedRatiosTo(comparison, "age");
    expect(rows.map(({ name, ratio, seconds }) => [name, ratio, seconds])).toEqual([
      ["age", 1, 3],
      ["fast", 3, 2],
    ]);
  });

  it("need a reference that is there", () => {
    const none = { contestants: [], dropped: 0, disturbed: 0 };
    expect(() => undisturbedRatiosTo(none, "age")).toThrow("there is no contestant age");
  });
});

describe("the kernel's account", () => {
  it("of all processes leaves out idling, waiting and guests", () => {
    const stat = "cpu  100 20 3 5000 600 7 8 9 1000 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n";
    expect(busyTicks(stat)).toBe(100 + 20 + 3 + 7 + 8 + 9);
  });

  it("of one process counts its own time and its children's, whatever its name is", () => {
    const stat = "42 (a) b (c) R 1 2 3 4 5 6 7 8 9 10 100 20 3 4 20 0 11 0 5";
    expect(ownTicks(stat)).toBe(127);
  });
});
