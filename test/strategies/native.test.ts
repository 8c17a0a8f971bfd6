import { afterEach, describe, expect, it } from "vitest";
import { collect, decrypt, readAgeFile, unwrapFileKey } from "../../src/age/age";
import { forceEngine } from "../../src/age/primitives";
import { X25519Identity } from "../../src/age/x25519";
import { nativeStrategy } from "../../src/strategies/native";
import { megabytesPerSecond, type Report } from "../../src/strategies/strategy";
import { bytes, expectBytes, inPieces, plaintextOf } from "../age/kit";

const alice = X25519Identity.generate();
const recipients = [alice.recipient];

/** A strategy on a clock that is set by hand, in milliseconds. */
function onClock() {
  const clock = { time: 5000 };
  return { clock, strategy: nativeStrategy(() => clock.time) };
}

/** A source that moves the clock and counts what was asked of it. */
function slow(plaintext: Uint8Array, clock: { time: number }, milliseconds: number) {
  const asked = { pieces: 0, wasClosed: false };
  async function* pieces(): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of inPieces(plaintext, 65_536)) {
        asked.pieces++;
        clock.time += milliseconds;
        yield piece;
      }
    } finally {
      asked.wasClosed = true;
    }
  }
  return { source: pieces(), asked };
}

async function decryption(ciphertext: Uint8Array, signal?: AbortSignal) {
  const file = await readAgeFile([ciphertext]);
  const { fileKey } = await unwrapFileKey(file.header, [alice]);
  const { strategy, clock } = onClock();
  return { operation: strategy.decrypt(file, fileKey, signal), clock };
}

afterEach(() => {
  forceEngine(null);
});

describe("the native strategy", () => {
  it("encrypts and reports bytes and seconds", async () => {
    const { clock, strategy } = onClock();
    const plaintext = plaintextOf(300_000);
    const { source } = slow(plaintext, clock, 250);
    const operation = strategy.encrypt(source, recipients, "binary");
    const ciphertext = await collect(operation.output);
    expectBytes(await collect(decrypt([ciphertext], [alice])), plaintext);
    expect(operation.report()).toMatchObject({
      operation: "encrypt",
      strategy: "native",
      bytes: 300_000,
      seconds: 1.25,
    });
  });

  it("decrypts and reports the plaintext's bytes, not the file's", async () => {
    const { strategy } = onClock();
    const plaintext = plaintextOf(131_073);
    const encryption = strategy.encrypt([plaintext], recipients, "armored");
    const { operation, clock } = await decryption(await collect(encryption.output));
    const output: Uint8Array[] = [];
    for await (const piece of operation.output) {
      output.push(piece.slice());
      clock.time += 500;
    }
    expectBytes(Buffer.concat(output), plaintext);
    expect(operation.report()).toMatchObject({
      operation: "decrypt",
      bytes: 131_073,
      seconds: 1.5,
    });
  });

  it.each(["openssl", "portable"] as const)("names its engine: %s", async (engine) => {
    forceEngine(engine);
    const { strategy } = onClock();
    const operation = strategy.encrypt([bytes("text")], recipients, "binary");
    await collect(operation.output);
    const report = operation.report();
    expect(report.engine).toBe(engine);
    expect(report.reason).not.toBe("");
    expect(Object.keys(report).sort()).toEqual(
      ["bytes", "engine", "operation", "reason", "seconds", "strategy"].sort(),
    );
  });

  it("starts nothing before its output is read", async () => {
    const { clock, strategy } = onClock();
    const { source, asked } = slow(plaintextOf(200_000), clock, 1);
    const operation = strategy.encrypt(source, recipients, "binary");
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked.pieces).toBe(0);
    clock.time += 60_000;
    await collect(operation.output);
    expect(operation.report().seconds).toBeLessThan(1);
  });

  it("reads no further than it is read", async () => {
    const { clock, strategy } = onClock();
    const { source, asked } = slow(plaintextOf(1_000_000), clock, 1);
    const output = strategy.encrypt(source, recipients, "binary").output[Symbol.asyncIterator]();
    // The header, the nonce, the first chunk: that needs a look at the second piece.
    for (let i = 0; i < 3; i++) await output.next();
    expect(asked.pieces).toBe(2);
    await output.return?.();
    expect(asked.wasClosed).toBe(true);
  });

  it("stops when it is aborted, and closes its source", async () => {
    const { clock, strategy } = onClock();
    const { source, asked } = slow(plaintextOf(1_000_000), clock, 1);
    const abort = new AbortController();
    const { output } = strategy.encrypt(source, recipients, "binary", abort.signal);
    const reading = (async () => {
      for await (const piece of output) if (piece.length > 60_000) abort.abort();
    })();
    await expect(reading).rejects.toMatchObject({ name: "AbortError" });
    expect(asked.wasClosed).toBe(true);
  });

  it("stops decrypting when it is aborted", async () => {
    const { strategy } = onClock();
    const encryption = strategy.encrypt([plaintextOf(500_000)], recipients, "binary");
    const abort = new AbortController();
    const { operation } = await decryption(await collect(encryption.output), abort.signal);
    let pieces = 0;
    const reading = (async () => {
      for await (const piece of operation.output)
        if (piece.length > 0 && ++pieces === 2) abort.abort();
    })();
    await expect(reading).rejects.toMatchObject({ name: "AbortError" });
    expect(pieces).toBe(2);
  });

  it("passes a failure of the payload on", async () => {
    const { strategy } = onClock();
    const whole = await collect(strategy.encrypt([bytes("text")], recipients, "binary").output);
    const { operation } = await decryption(whole.subarray(0, -1));
    await expect(collect(operation.output)).rejects.toMatchObject({ code: "corrupt-payload" });
  });
});

it.each([
  [0, 0, 0],
  [5_000_000, 2, 2.5],
  [1_000_000, 0, 1_000_000],
])("the throughput of %d bytes in %d s is %d MB/s", (size, seconds, expected) => {
  const report: Report = {
    ...({ operation: "encrypt", strategy: "native", engine: "openssl", reason: "" } as const),
    bytes: size,
    seconds,
  };
  expect(megabytesPerSecond(report)).toBeCloseTo(expected);
});
