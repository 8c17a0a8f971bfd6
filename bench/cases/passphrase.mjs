// Measures the opening of a passphrase-protected file against the key derivation alone.
import { randomBytes, scrypt } from "node:crypto";
import { sayDropped } from "../context.mjs";
import { wrong } from "../data.mjs";
import { atMost } from "../figure.mjs";
import { compare, ratiosTo, timed } from "../measure.mjs";
import { longestPause } from "../pauses.mjs";
import { quantile } from "../quantiles.mjs";

/** The work factor, as an exponent, that age and Cage choose for new files. */
const logN = 18;

/** @type {import("../context.mjs").Case} */
export async function passphraseCase(context) {
  const { product, reference, mode } = context;
  const rounds = mode === "quick" ? 3 : 15;
  const passphrase = new Uint8Array(Buffer.from("correct-horse-battery-staple"));
  const plaintext = randomBytes(4096);
  const one = reference();
  const recipient = new product.ScryptRecipient(passphrase, logN);
  const { bytes } = await one.encrypt({ bytes: plaintext }, "memory", recipient, "binary");
  if (bytes === null) throw wrong("nothing came to memory");
  const identity = new product.ScryptIdentity(
    () => Promise.resolve(passphrase.slice()),
    () => Promise.resolve(true),
  );
  /** @type {number[]} */
  const pauses = [];
  const open = async () => {
    const outcome = await one.decrypt({ bytes }, "memory", identity);
    if (!plaintext.equals(outcome.bytes ?? new Uint8Array())) throw wrong("the plaintext");
  };
  const openAndWatch = async () => {
    let seconds = 0;
    pauses.push(
      await longestPause(async () => {
        seconds = await timed(open);
      }),
    );
    return seconds;
  };
  context.say(`  work factor ${logN}`);
  const size = { bytes: plaintext.length };
  const comparison = await compare(
    [
      { name: "crypto.scrypt alone", run: () => timed(deriveKey), ...size },
      { name: "opening the file", run: openAndWatch, ...size },
    ],
    rounds,
    context.patience,
  );
  sayDropped(context, comparison);
  const family = "Passphrase, work factor 18";
  const rows = ratiosTo(comparison, "crypto.scrypt alone");
  return [
    ...rows.map(({ name, seconds }) => ({
      family,
      what: "time",
      who: name,
      value: seconds * 1000,
      unit: /** @type {const} */ ("ms"),
    })),
    ...rows.slice(1).map(({ name, ratio, spread: [low, high] }) => ({
      family,
      what: "time, times crypto.scrypt alone",
      who: name,
      value: 1 / ratio,
      spread: /** @type {const} */ ([1 / high, 1 / low]),
      unit: /** @type {const} */ ("times"),
      aim: atMost(1.05),
    })),
    {
      family,
      what: "the event loop's longest pause",
      who: "opening the file",
      value: quantile(pauses, 1),
      unit: "ms",
      aim: atMost(20),
      note: `of ${pauses.length} openings`,
    },
  ];
}

/** @returns {Promise<void>} */
function deriveKey() {
  const cost = 2 ** logN;
  const options = { cost, blockSize: 8, parallelization: 1, maxmem: 128 * 8 * (cost + 4) };
  return new Promise((resolve, reject) => {
    scrypt("correct-horse-battery-staple", randomBytes(16), 32, options, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}
