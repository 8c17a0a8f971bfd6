// `npm run bench`: the native strategy against the age program, file to file, in one run.
//   npm run bench -- --quick      64 MiB and 3 rounds instead of 256 MiB and 7
// Machines differ and drift, so only the ratios within a run mean anything: the programs take turns,
// outputs that exist are overwritten, and the medians are compared. It fails when an output is wrong,
// never on speed.
import { spawnSync } from "node:child_process";
import { createHash, randomFillSync } from "node:crypto";
import { closeSync, createReadStream, openSync } from "node:fs";
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { inProject } from "../scripts/project.mjs";
import { importTypeScript } from "../scripts/typescript.mjs";

const quick = process.argv.includes("--quick");
const size = (quick ? 64 : 256) * 1024 * 1024;
const rounds = quick ? 3 : 7;
const mebibyte = 1024 * 1024;

const age = await importTypeScript(
  "bench-age",
  `export { decrypt, encrypt } from "./src/age/age";
   export { forceEngine } from "./src/age/primitives";
   export { X25519Identity } from "./src/age/x25519";`,
);

if (spawnSync("age", ["--version"]).status !== 0) {
  console.error("The age program is not on the PATH: install it (apt install age) and try again.");
  process.exit(1);
}

const folder = await mkdtemp(join(tmpdir(), "cage-bench-"));
try {
  await bench();
} finally {
  await rm(folder, { recursive: true });
}

async function bench() {
  const identity = age.X25519Identity.generate();
  const recipient = identity.recipient.toString();
  const paths = Object.fromEntries(
    ["plain", "encrypted", "out", "keys.txt"].map((name) => [name, join(folder, name)]),
  );
  await writeFile(paths["keys.txt"], identity.encode(), { mode: 0o600 });
  await writePlaintext(paths.plain);
  const expected = await digestOf(paths.plain);

  const runAge = (args, from, to) => async () => {
    const [input, output] = [openSync(from, "r"), openSync(to, "r+")];
    const { status } = spawnSync("age", args, { stdio: [input, output, "ignore"] });
    closeSync(input);
    closeSync(output);
    if (status !== 0) throw new Error(`age ended with ${status}`);
  };
  const runNative = (engine, transform, from, to) => async () => {
    age.forceEngine(engine);
    await copyThrough(transform, from, to);
  };
  const encrypt = (source) => age.encrypt(source, [identity.recipient], "binary");
  const decrypt = (source) => age.decrypt(source, [identity]);

  const { plain, encrypted, out } = paths;
  await copyThrough(encrypt, plain, encrypted, "w");
  await copyThrough((source) => source, encrypted, out, "w");
  const results = { machine: machine(), bytes: size, rounds };
  results.encrypt = await compare({
    age: runAge(["-r", recipient], plain, out),
    openssl: runNative("openssl", encrypt, plain, out),
    portable: runNative("portable", encrypt, plain, out),
  });
  // Each engine's file, and age's, decrypts to what went in, whoever decrypts.
  for (const run of [
    runAge(["-r", recipient], plain, encrypted),
    runNative("openssl", encrypt, plain, encrypted),
    runNative("portable", encrypt, plain, encrypted),
  ]) {
    await run();
    await runNative("portable", decrypt, encrypted, out)();
    await expectDigest(out, expected);
    await runAge(["-d", "-i", paths["keys.txt"]], encrypted, out)();
    await expectDigest(out, expected);
  }
  results.decrypt = await compare({
    age: runAge(["-d", "-i", paths["keys.txt"]], encrypted, out),
    openssl: runNative("openssl", decrypt, encrypted, out),
    portable: runNative("portable", decrypt, encrypted, out),
  });
  await expectDigest(out, expected);
  print(results);
  await writeFile(inProject("bench/results.json"), `${JSON.stringify(results, null, 2)}\n`);
}

/** Runs the contestants in turn and returns each one's median seconds and ratio to age. */
async function compare(contestants) {
  const samples = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(contestants)) {
      const start = performance.now();
      await run();
      samples[name].push((performance.now() - start) / 1000);
    }
  }
  const medians = Object.entries(samples).map(([name, seconds]) => {
    seconds.sort((a, b) => a - b);
    return [
      name,
      { seconds: seconds[Math.floor(rounds / 2)], least: seconds[0], most: seconds.at(-1) },
    ];
  });
  const ageSeconds = medians.find(([name]) => name === "age")[1].seconds;
  return Object.fromEntries(
    medians.map(([name, row]) => [name, { ...row, ratio: ageSeconds / row.seconds }]),
  );
}

async function writePlaintext(path) {
  const file = await open(path, "w");
  const block = Buffer.alloc(mebibyte);
  for (let done = 0; done < size; done += mebibyte) await file.write(randomFillSync(block));
  await file.close();
}

/** Reads a file, transforms it and writes another: over what is there, or anew ("w"). */
async function copyThrough(transform, from, to, flags = "r+") {
  const file = await open(to, flags);
  const source = createReadStream(from, { highWaterMark: mebibyte });
  for await (const piece of transform(source)) await file.write(piece);
  await file.close();
}

async function expectDigest(path, expected) {
  // An overwritten output can be longer than what was written last; only the plaintext counts.
  const actual = await digestOf(path, size);
  if (actual !== expected)
    throw new Error("an output is wrong: its SHA-256 is not that of the input");
}

async function digestOf(path, length = size) {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path, { end: length - 1 })) hash.update(piece);
  return hash.digest("hex");
}

function machine() {
  return `${cpus()[0]?.model ?? "unknown"}, ${availableParallelism()} cores, Node ${process.version}`;
}

function print({ machine, bytes, ...directions }) {
  console.log(`${machine}; ${bytes / mebibyte} MiB file to file, medians of ${rounds} rounds\n`);
  console.log("direction  engine    seconds (least to most)    MB/s   times age");
  for (const direction of ["encrypt", "decrypt"]) {
    for (const [name, { seconds, least, most, ratio }] of Object.entries(directions[direction])) {
      const spread = `${seconds.toFixed(3)} (${least.toFixed(3)} to ${most.toFixed(3)})`;
      const speed = String(Math.round(bytes / 1e6 / seconds));
      console.log(
        `${direction.padEnd(10)} ${name.padEnd(9)} ${spread.padEnd(26)} ${speed.padStart(4)}   ${ratio.toFixed(2)}`,
      );
    }
  }
}
