import { chunkCount, sealedSize } from "../../../src/age/chunks";
import { describe, expect, it } from "vitest";
import { bufferedSink } from "../../../src/strategies/native/sink";
import { controlIn } from "../../../src/strategies/native/laneControl";
import { planRuns, type RunPlace, runPlace } from "../../../src/strategies/native/runPlan";
import { boundarySizes, expectBytes, plaintextOf } from "../../age/kit";

describe("a plan", () => {
  const sizes = [...boundarySizes, 1_048_581, 10 * 65536, 2 ** 40 + 7];
  it.each(sizes)("for %i bytes covers each of them once, in order", (size) => {
    const plan = planRuns(size, Math.max(size / 5, 100_000));
    let [plaintext, sealed, chunks] = [0, 0, 0];
    let last: RunPlace | null = null;
    for (let number = 0, run; (run = runPlace(plan, number)) !== null; number++) {
      expect(run.plaintext.start).toBe(plaintext);
      expect(run.sealed.start).toBe(sealed);
      expect(run.index).toBe(chunks);
      expect(last?.position ?? "inner").toBe("inner");
      plaintext += run.plaintext.length;
      sealed += run.sealed.length;
      chunks += run.chunks;
      last = run;
    }
    expect([plaintext, sealed, chunks]).toEqual([size, sealedSize(size), chunkCount(size)]);
    expect(last?.position).toBe("last");
  });

  it.each([
    [1, 1],
    [65536, 1],
    [98303, 1],
    [98304, 2],
    [1_048_576, 16],
    [16_777_216, 256],
  ])("with runs of about %i bytes has %i chunks in each", (run, chunks) => {
    expect(planRuns(2 ** 32, run).chunksPerRun).toBe(chunks);
  });
});

describe("a sink", () => {
  it.each([1, 7, 1000, 1024, 1025, 5000])(
    "hands on what comes in pieces of %i bytes in pieces of 1024",
    async (length) => {
      const whole = plaintextOf(4 * 1024 + 10);
      const handedOn: Uint8Array[] = [];
      const sink = bufferedSink(1024, async (piece, offset) => {
        await new Promise((resolve) => setImmediate(resolve));
        expect(offset).toBe(handedOn.length * 1024);
        handedOn.push(piece.slice());
      });
      const piece = new Uint8Array(length);
      for (let at = 0; at < whole.length; at += length) {
        const part = whole.subarray(at, at + length);
        piece.set(part);
        await sink.write(piece.subarray(0, part.length));
        piece.fill(0);
      }
      expect(await sink.end()).toBe(whole.length);
      expectBytes(Buffer.concat(handedOn), whole);
      expect(handedOn.map((one) => one.length)).toEqual([1024, 1024, 1024, 1024, 10]);
      await sink.close();
    },
  );

  it("fails with what its user failed with, and waits for it before it is closed", async () => {
    const failure = new Error("no");
    let running = 0;
    const sink = bufferedSink(4, async () => {
      running++;
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      throw failure;
    });
    await sink.write(new Uint8Array(4));
    await expect(sink.write(new Uint8Array(4))).rejects.toBe(failure);
    await sink.close();
    expect(running).toBe(0);
  });
});

describe("a control", () => {
  it("gives each run to one lane, until it is stopped", () => {
    const control = controlIn();
    const other = controlIn(control.memory);
    expect([control.claim(), other.claim(), control.claim()]).toEqual([0, 1, 2]);
    control.restart();
    expect(other.claim()).toBe(0);
    other.stop();
    expect(control.isStopped()).toBe(true);
    expect(control.claim()).toBe(null);
  });

  it("counts more bytes than 32 bits hold", () => {
    const control = controlIn();
    const other = controlIn(control.memory);
    for (let i = 0; i < 3; i++) other.addDone(2 ** 41 + 1);
    other.addResumed(5);
    expect(control.doneBytes()).toBe(3 * 2 ** 41 + 8);
    expect(control.resumedBytes()).toBe(5);
  });
});
