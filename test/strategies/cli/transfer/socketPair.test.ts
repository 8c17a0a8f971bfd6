import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { collected } from "../../../../src/strategies/cli/transfer/outputBuffer";
import { unknownLength } from "../../../../src/strategies/cli/transfer/expectedLength";
import { patience } from "../../../../src/strategies/cli/process/processGroup";
import { receive } from "../../../../src/strategies/cli/transfer/socketPair";
import { untilIdle } from "../../../../src/strategies/cli/process/untilIdle";
import { bytes, expectBytes } from "../../../age/kit";
import { expectNothingLeft, home, withFolder } from "../kit";

expectNothingLeft();
afterEach(() => {
  vi.useRealTimers();
});

/** Collects what a shell command writes into a reception. */
async function written(command: string): Promise<Uint8Array> {
  return withFolder(async (folder) => {
    const into = collected(unknownLength);
    const reception = await receive(folder, into);
    onTestFinished(() => reception.close());
    expect(existsSync(join(folder.path, "s"))).toBe(false);
    const child = spawn("/bin/sh", ["-c", command], {
      stdio: ["ignore", reception.programEnd, "inherit"],
      env: { HOME: home, PATH: "/usr/bin:/bin" },
    });
    await once(child, "exit");
    await reception.drained();
    return into.take();
  });
}

describe("a reception", () => {
  it.each([0, 1, 65536, 65537, 3_000_000])("has all of %i bytes", async (size) => {
    const all = await written(`head -c ${size} /dev/zero | tr '\\0' x`);
    expectBytes(all, new Uint8Array(size).fill("x".charCodeAt(0)));
  });

  it("has all of them where net.connect loses how a socket reads, as VS Code's does", async () => {
    const { connect } = net;
    net.connect = net.createConnection = (({ path }: { path: string }) => connect(path)) as never;
    syncBuiltinESMExports();
    onTestFinished(() => {
      net.connect = net.createConnection = connect;
      syncBuiltinESMExports();
    });
    expectBytes(await written("printf hello"), bytes("hello"));
  });

  it("that can't be joined to the program leaves nothing", async () => {
    await withFolder(async (folder) => {
      writeFileSync(join(folder.path, "s"), "");
      const failing = receive(folder, collected(unknownLength));
      await expect(failing).rejects.toMatchObject({ code: "EADDRINUSE" });
    });
  });

  it("does not wait for what has left the program and holds its output open", async () => {
    const pid = Number(Buffer.from(await written("sleep 60 & echo $!")).toString());
    // The child still runs.
    expect(process.kill(pid, "SIGKILL")).toBe(true);
  });
});

describe("a receiver that fails", () => {
  it.each(["room", "received"] as const)("in %s fails what waits for it", async (what) => {
    await withFolder(async (folder) => {
      const into = collected(unknownLength);
      const failure = new RangeError("there is no memory");
      let calls = 0;
      const failing = {
        ...into,
        [what]: (count: number) => {
          if (++calls > 2) throw failure;
          return into[what](count);
        },
      };
      const reception = await receive(folder, failing);
      const child = spawn("/bin/sh", ["-c", "head -c 3000000 /dev/zero"], {
        stdio: ["ignore", reception.programEnd, "ignore"],
        env: { HOME: home, PATH: "/usr/bin:/bin" },
      });
      reception.programEnd.destroy();
      await once(child, "exit");
      await expect(reception.drained()).rejects.toBe(failure);
      await reception.close();
    });
  });
});

describe("waiting until a stream is idle", () => {
  /** Lets the patience run out, and then lets waiting code go on. */
  async function pass(): Promise<void> {
    vi.advanceTimersByTime(patience);
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  it("goes on while something comes, and ends when nothing did", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    let count = 0;
    let isOver = false;
    void untilIdle(new Promise(() => undefined), () => count).then(() => (isOver = true));
    for (count = 1; count < 4; count++) {
      await pass();
      expect(isOver).toBe(false);
    }
    await pass();
    await pass();
    expect(isOver).toBe(true);
  });

  it("ends with its signal, whatever comes", async () => {
    const reason = new Error("cancelled");
    const controller = new AbortController();
    let count = 0;
    const waiting = untilIdle(new Promise(() => undefined), () => count++, controller.signal);
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });

  it("ends with the stream", async () => {
    await untilIdle(Promise.resolve(), () => 0);
  });
});
