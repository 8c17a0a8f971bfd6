import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import {
  closeSync,
  createReadStream,
  fstatSync,
  ftruncateSync,
  openSync,
  writeSync,
} from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, inject, it } from "vitest";
import { type Format, readAgeFile, unwrapFileKey } from "../../src/age/age";
import { X25519Identity } from "../../src/age/x25519";
import { nativeStrategy } from "../../src/strategies/native/nativeStrategy";
import { bytes, plaintextOf } from "../age/kit";
import { findPrograms, temporaryFolder } from "./programs";

// The native strategy as the extension uses it, from file to file. SLOW=1 takes some minutes, and
// 12 GB in the folder for temporary files.
const gibibyte = 1024 ** 3;
const slow = process.env["SLOW"] === "1";
const cases: [size: number, format: Format][] = [
  [20_000_000, "binary"],
  [20_000_000, "armored"],
  ...(slow ? ([[4 * gibibyte + 1, "binary"]] as [number, Format][]) : []),
];

const programs = await findPrograms();
const folder = await temporaryFolder();
const strategy = nativeStrategy({
  now: () => performance.now(),
  workerFile: inject("workerFile"),
  bufferSize: () => 1024 * 1024,
});
afterAll(async () => {
  await strategy.dispose();
  await folder.remove();
});

if (programs.length === 0) it.skip("no program of age's is installed", () => undefined);

describe.each(programs)("large files and $version", ({ path: program }) => {
  const identity = X25519Identity.generate();
  const path = (name: string): string => join(folder.path, name);

  it.each(cases)(
    "%i bytes, %s: each decrypts what the other encrypts",
    async (size, format) => {
      await writeFile(path("key"), Buffer.concat([identity.encode(), bytes("\n")]), {
        mode: 0o600,
      });
      await writePlaintext(path("plain"), size);
      const expected = await digestOf(path("plain"));
      const to = ["-r", identity.recipient.toString(), ...(format === "armored" ? ["-a"] : [])];

      await between(path("plain"), path("ours"), (source, target) =>
        strategy.encrypt({
          ...{ input: input(source), output: { kind: "file", descriptor: target } },
          ...{ format, recipients: [identity.recipient] },
        }),
      );
      await between(path("ours"), path("opened"), (source, target) => {
        run(program, ["-d", "-i", path("key")], source, target);
      });
      expect(await digestOf(path("opened"))).toBe(expected);

      await between(path("plain"), path("theirs"), (source, target) => {
        run(program, to, source, target);
      });
      await between(path("theirs"), path("opened"), async (source, target) => {
        const file = await readAgeFile(createReadStream(path("theirs"), { end: 1_000_000 }));
        await file.close();
        const { fileKey } = await unwrapFileKey(file.header, [identity]);
        await strategy.decrypt({
          ...{ input: input(source), output: { kind: "file", descriptor: target } },
          ...{ header: file.header, format: file.format, fileKey },
        });
      });
      expect(await digestOf(path("opened"))).toBe(expected);
    },
    600_000,
  );
});

function input(descriptor: number) {
  return { kind: "file", descriptor, size: fstatSync(descriptor).size } as const;
}

/** Opens both files, with an empty target. */
async function between(
  from: string,
  to: string,
  work: (source: number, target: number) => unknown,
): Promise<void> {
  const [source, target] = [openSync(from, "r"), openSync(to, "w+")];
  try {
    await work(source, target);
  } finally {
    closeSync(source);
    closeSync(target);
  }
}

function run(program: string, args: readonly string[], source: number, target: number): void {
  const { status } = spawnSync(program, args, { stdio: [source, target, "ignore"] });
  expect(status).toBe(0);
}

/** Writes a plaintext whose first megabytes vary; the rest is sparse. */
async function writePlaintext(file: string, size: number): Promise<void> {
  await writeFile(file, plaintextOf(Math.min(size, 20_000_000)));
  const descriptor = openSync(file, "r+");
  ftruncateSync(descriptor, size);
  for (let at = 0; at < size; at += 99_999_989) writeSync(descriptor, "x", Math.min(at, size - 1));
  closeSync(descriptor);
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(file)) hash.update(piece as Uint8Array);
  return hash.digest("hex");
}
