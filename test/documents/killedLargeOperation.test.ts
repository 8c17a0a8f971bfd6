import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, open, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { randomBytes } from "../../src/age/primitives";
import { decryptFile } from "../../src/documents/files/decryptFile";
import { encryptFile } from "../../src/documents/files/encryptFile";
import { nativeStrategy } from "../../src/strategies/native/nativeStrategy";
import { childProgram } from "./childProgram";
import type { Orders } from "./killedOperation.child";
import { alice, desk, text } from "./kit";
import { forAlice, inProcess, silent } from "./operations";

const mebibyte = 2 ** 20;

/**
 * The file's size in MiB, as `CAGE_TEST_LARGE=4096` sets it. By default the test, which takes
 * minutes, does not run.
 */
const mebibytes = Number(process.env["CAGE_TEST_LARGE"] ?? 0);
const rounds = Number(process.env["CAGE_TEST_ROUNDS"] ?? 20);

describe.runIf(mebibytes > 0)(`a file of ${mebibytes} MiB`, () => {
  const program = childProgram("killedOperation.child.ts");
  let folder = "";
  let source = "";
  let plaintextHash = "";
  const size = mebibytes * mebibyte;
  const strategy = nativeStrategy({
    ...{ now: () => performance.now(), workerFile: inject("workerFile") },
    bufferSize: () => mebibyte,
  });

  beforeAll(async () => {
    folder = await mkdtemp(join(process.env["CAGE_TEST_FOLDER"] ?? tmpdir(), "cage-large-"));
    source = join(folder, "source");
    await fill(source, size);
    plaintextHash = await hashOf(source);
    return async () => {
      await strategy.dispose();
      await rm(folder, { recursive: true });
    };
  }, 600_000);

  it.each(["encrypt", "decrypt"] as const)(
    "survives being killed at random moments (%s)",
    async (operation) => {
      const twice: number[] = [];
      const encrypted = join(folder, "source.age");
      if (operation === "decrypt") {
        await encryptFile(
          forAlice(source),
          { ...(await desk()).context, strategyFor: () => strategy },
          silent,
        );
      }
      for (let round = 0; round < rounds; round++) {
        const at = await desk();
        const from = operation === "encrypt" ? source : encrypted;
        const target = join(folder, "target");
        const bytes = Math.floor(Math.random() * size);
        const orders: Orders = {
          ...{ operation, death: { bytes }, source: from, target },
          ...{ folder: at.context.unfinished.folder, workerFile: inject("workerFile") },
          identity: text(alice.encode()),
        };
        const end = await promisify(execFile)(process.execPath, [
          program.path,
          JSON.stringify(orders),
        ]).then(
          () => null,
          (error: unknown) => (error as { readonly signal: string | null }).signal,
        );
        expect(end).toBe("SIGKILL");
        const name = (await readdir(folder)).find((one) => one.endsWith(".cage-partial")) ?? "";
        const { size: done } = await stat(join(folder, name));
        const context = { ...inProcess(at, 3), strategy };
        const files = { source: from, target, existing: "keep" } as const;
        const { report, startedAnew } =
          operation === "encrypt"
            ? await encryptFile(forAlice(from, files), context, silent)
            : await decryptFile(files, context, silent);
        expect(startedAnew).toBeNull();
        twice.push(Math.max(done - report.resumedBytes, 0) / size);
        if (operation === "decrypt") expect(await hashOf(target)).toBe(plaintextHash);
        else {
          const back = { source: target, target: join(folder, "back"), existing: "keep" } as const;
          await decryptFile(back, context, silent);
          expect(await hashOf(back.target)).toBe(plaintextHash);
          await rm(back.target);
        }
        await rm(target);
      }
      const most = Math.max(...twice);
      console.log(
        `${operation}: killed ${rounds} times; at most ${(100 * most).toFixed(3)} % twice`,
      );
      expect(most).toBeLessThan(0.01);
    },
    3_600_000,
  );
});

async function fill(path: string, length: number): Promise<void> {
  const file = await open(path, "w");
  for (let at = 0; at < length; at += mebibyte) await file.write(randomBytes(mebibyte));
  await file.close();
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path, { highWaterMark: mebibyte })) {
    hash.update(piece as Uint8Array);
  }
  return hash.digest("hex");
}
