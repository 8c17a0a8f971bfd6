import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, lstatSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { ChildRun } from "../../../../src/strategies/cli/process/child";
import { collected } from "../../../../src/strategies/cli/transfer/outputBuffer";
import { unknownLength } from "../../../../src/strategies/cli/transfer/expectedLength";
import {
  makeNamedPipe,
  receiveFrom,
  sendInto,
} from "../../../../src/strategies/cli/transfer/namedPipe";
import { ageError, expectBytes, plaintextOf } from "../../../age/kit";
import { expectNothingLeft, home, withFolder } from "../kit";

const hang = vi.hoisted(() => ({ isOn: false }));

vi.mock("../../../../src/strategies/cli/process/child", async (original) => {
  const { runChild } =
    await original<typeof import("../../../../src/strategies/cli/process/child")>();
  const slowly = (run: ChildRun): ChildRun => ({
    ...run,
    args: ["-c", "sleep 3", ...run.args.slice(2)],
    environment: { HOME: home },
  });
  return {
    runChild: (run: ChildRun, signal?: AbortSignal) =>
      runChild(hang.isOn ? slowly(run) : run, signal),
  };
});

expectNothingLeft();

function shell(command: string, path: string): ChildProcess {
  const child = spawn("/bin/sh", ["-c", command, "sh", path], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { HOME: home, PATH: "/usr/bin:/bin" },
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

const sizes = [0, 1, 65536, 65537, 3_000_000];

describe("a named pipe", () => {
  it("is nobody else's", async () => {
    await withFolder(async (folder) => {
      const stat = lstatSync(await makeNamedPipe(folder, "in"));
      expect(stat.isFIFO()).toBe(true);
      expect(stat.mode & 0o7777).toBe(0o600);
    });
  });

  it("is not made where something has its name", async () => {
    await withFolder(async (folder) => {
      await makeNamedPipe(folder, "in");
      await expect(makeNamedPipe(folder, "in")).rejects.toEqual(ageError("strategy-unable"));
    });
  });

  it("is given up if its maker hangs, which is ended", async () => {
    await withFolder(async (folder) => {
      hang.isOn = true;
      onTestFinished(() => {
        hang.isOn = false;
      });
      await expect(makeNamedPipe(folder, "in", 200)).rejects.toEqual(ageError("strategy-unable"));
      expect(existsSync(join(folder.path, "in"))).toBe(false);
    });
  });

  it.each(sizes)("brings %i bytes to whoever opens it, early or late", async (size) => {
    const bytes = plaintextOf(size);
    await withFolder(async (folder) => {
      const path = await makeNamedPipe(folder, "in");
      const early = shell('cat <"$1"', path);
      const sending = sendInto(path, bytes, 1000);
      const read: Buffer[] = [];
      early.stdout?.on("data", (piece: Buffer) => read.push(piece));
      await once(early, "close");
      await sending.close();
      expectBytes(new Uint8Array(Buffer.concat(read)), bytes);
    });
  });

  it("that nobody reads keeps nobody", async () => {
    await withFolder(async (folder) => {
      const sending = sendInto(await makeNamedPipe(folder, "in"), plaintextOf(100_000), 1000);
      await sending.close();
    });
  });

  it("whose reader ends early, or reads nothing, keeps nobody", async () => {
    for (const command of ['head -c 10 <"$1"', 'true <"$1"']) {
      await withFolder(async (folder) => {
        const path = await makeNamedPipe(folder, "in");
        const sending = sendInto(path, plaintextOf(1_000_000), 1000);
        const child = shell(command, path);
        child.stdout?.resume();
        await once(child, "close");
        await sending.close();
      });
    }
  });

  it.each(sizes)("receives %i bytes", async (size) => {
    const bytes = collected(unknownLength);
    await withFolder(async (folder) => {
      const path = await makeNamedPipe(folder, "out");
      const reception = await receiveFrom(path, bytes);
      await once(shell(`head -c ${size} /dev/zero >"$1"`, path), "exit");
      await reception.drained();
      await reception.close();
    });
    expectBytes(bytes.take(), new Uint8Array(size));
  });

  it("that nobody writes is drained at once, and can be closed before", async () => {
    for (const isDrained of [true, false]) {
      await withFolder(async (folder) => {
        const bytes = collected(unknownLength);
        const reception = await receiveFrom(await makeNamedPipe(folder, "out"), bytes);
        if (isDrained) await reception.drained();
        await reception.close();
        expect(bytes.size()).toBe(0);
      });
    }
  });
});
