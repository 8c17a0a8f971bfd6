import { describe, expect, it } from "vitest";
import {
  bytesText,
  durationText,
  paceMeter,
  progressText,
} from "../../../src/vscode/wording/progressText";

describe("a number of bytes", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [9949, "9.9 kB"],
    [9950, "10 kB"],
    [999_499, "999 kB"],
    [999_500, "1.0 MB"],
    [1_400_000_000, "1.4 GB"],
    [10_200_000_000, "10 GB"],
    [5_000_000_000_000_000, "5000 TB"],
  ])("%d reads %s", (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });
});

describe("a time", () => {
  it.each([
    [0, "0 s"],
    [0.2, "1 s"],
    [59.1, "1 min"],
    [200, "3 min 20 s"],
    [3600, "1 h"],
    [7530, "2 h 5 min"],
    [-1, "0 s"],
  ])("%d s reads %s", (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });
});

describe("the pace of an operation", () => {
  it("is told at most once in an interval, over what was done lately", () => {
    let clock = 0;
    const meter = paceMeter(() => clock, 250);
    const told: (number | null)[] = [];
    for (let done = 100; done <= 1000; done += 100) {
      clock += 125;
      told.push(meter(done, 1000)?.speed ?? null);
    }
    expect(told).toEqual([null, 800, null, 800, null, 800, null, 800, null, 800]);
  });

  it("forgets what was long ago", () => {
    let clock = 0;
    const meter = paceMeter(() => clock, 250);
    let speed: number | undefined;
    for (let i = 0; i < 40; i++) {
      clock += 250;
      speed = meter(i < 20 ? i * 1000 : 20_000, 20_000)?.speed;
    }
    expect(speed).toBe(0);
  });

  it("begins anew when what is done becomes less, as when an interrupted run was of no use", () => {
    let clock = 0;
    const meter = paceMeter(() => clock, 250);
    const speeds = [4000, 8000, 0, 1000].map((done) => {
      clock += 250;
      return meter(done, 9000)?.speed;
    });
    expect(speeds).toEqual([16_000, 16_000, 0, 4000]);
  });

  it("reads as done, total, speed and time left", () => {
    expect(progressText({ done: 512e6, total: 10.2e9, speed: 1.4e9 })).toBe(
      "512 MB of 10 GB, 1.4 GB/s, 7 s left",
    );
    expect(progressText({ done: 0, total: 10, speed: 0 })).toBe("0 B of 10 B, 0 B/s");
    // A time of more than a day is not shown: it would be no estimate.
    expect(progressText({ done: 2, total: 3e6, speed: 2 })).toBe("2 B of 3.0 MB, 2 B/s");
  });
});
