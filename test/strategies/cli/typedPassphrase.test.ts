import {
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ScryptRecipient } from "../../../src/age/scrypt";
import { programStrategy } from "../../../src/strategies/cli/programStrategy";
import type { Pty } from "../../../src/strategies/cli/process/pty";
import { runOnTerminal } from "../../../src/strategies/cli/process/terminal";
import { ageError, bytes, expectBytes, plaintextOf } from "../../age/kit";
import { findPrograms } from "../../interop/programs";
import { testFolder } from "../../testFolder";
import {
  decryptBytes,
  expectNothingLeft,
  folders,
  home,
  loadPty,
  names,
  programs,
  surroundings,
} from "./kit";

expectNothingLeft();

/** The number of times that a passphrase is typed to encrypt and to decrypt. */
const runs = Number(process.env["CAGE_PTY_RUNS"] ?? "3");
const pty = loadPty()?.pty ?? null;
if (pty === null)
  console.warn("skipped: node-pty was not built, so that no passphrase can be typed");
const isInstalled = (await findPrograms()).some(({ path }) => path === "age");
const passphrase = "pässphrase-that-must-be-nowhere '\"$";

/**
 * Looks for bytes in all that others may see of the running programs: arguments, environment, open
 * files, and files in private folders.
 *
 * @returns the places where they are.
 */
function placesWith(needle: Uint8Array): { readonly found: string[]; readonly seen: number } {
  const found: string[] = [];
  let seen = 0;
  const look = (path: string): void => {
    try {
      if (readFileSync(path).includes(Buffer.from(needle))) found.push(path);
      seen++;
    } catch {
      // The process has just ended.
    }
  };
  for (const { pid } of programs()) {
    look(`/proc/${pid}/cmdline`);
    look(`/proc/${pid}/environ`);
    for (const name of namesIn(`/proc/${pid}/fd`)) {
      const path = `/proc/${pid}/fd/${name}`;
      if (isFile(path)) look(path);
    }
  }
  for (const folder of folders()) {
    for (const name of namesIn(join("/dev/shm", folder))) {
      const path = join("/dev/shm", folder, name);
      // Reading a pipe would take its content away.
      if (isFile(path)) look(path);
    }
  }
  return { found, seen };
}

function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function isFile(path: string): boolean {
  try {
    return !readlinkSync(path).startsWith("/dev/p") && statSync(path).isFile();
  } catch {
    return false;
  }
}

describe("a terminal that there is not", () => {
  const run = {
    ...{ file: "/bin/sh", args: [], cwd: "/", redirect: null, environment: {} },
    passphrase: bytes(passphrase),
  };
  const unable = ageError("strategy-unable");

  it("fails for the strategy, whatever node-pty says", async () => {
    const none: Pty = {
      spawn: () => {
        throw new Error("forkpty(3) failed.");
      },
    };
    await expect(runOnTerminal(run, none)).rejects.toEqual(unable);
  });

  it("fails where its echo can't be turned off", async () => {
    const mute: Pty = {
      spawn: () => ({
        ...{ pid: 2 ** 30, onData: () => undefined, write: () => undefined },
        onExit: (listener) => {
          listener({ exitCode: 97 });
        },
      }),
    };
    await expect(runOnTerminal(run, mute)).rejects.toEqual(unable);
  });
});

describe.skipIf(pty === null || !isInstalled)("a passphrase that is typed", () => {
  it(
    `is right ${runs} times in a row, and nowhere to be seen`,
    { timeout: runs * 10_000 },
    async () => {
      const here = surroundings("");
      const program = await here.find();
      const strategies = names.map((name) => programStrategy(name, program, here));
      const found: string[] = [];
      let seen = 0;
      const timer = setInterval(() => {
        const places = placesWith(bytes(passphrase));
        found.push(...places.found);
        seen += places.seen;
      }, 20);
      try {
        for (let run = 0; run < runs; run++) {
          const plaintext = plaintextOf(run * 1000);
          const [one, other] = run % 2 === 0 ? strategies : strategies.toReversed();
          const encrypted = await one?.encrypt({
            ...{ input: { kind: "memory", bytes: plaintext }, output: { kind: "memory" } },
            ...{ format: "binary", recipients: [new ScryptRecipient(bytes(passphrase))] },
          });
          const file = encrypted?.bytes ?? new Uint8Array();
          const unlockedBy = { kind: "passphrase", passphrase: bytes(passphrase) } as const;
          if (other === undefined) throw new Error("there are two strategies");
          const decrypted = await decryptBytes(other, file, unlockedBy);
          expectBytes(decrypted.bytes ?? new Uint8Array(1), plaintext);
        }
      } finally {
        clearInterval(timer);
      }
      expect(found).toEqual([]);
      expect(seen).toBeGreaterThan(runs * 10);
    },
  );

  it("is seen by this test where it is told in arguments", async () => {
    if (pty === null) return;
    const run = runOnTerminal(
      {
        ...{ file: "/bin/sh", args: ["-c", "sleep 0.3", "sh", passphrase], cwd: "/" },
        ...{ environment: { HOME: home, PATH: "/usr/bin:/bin" }, redirect: null },
        passphrase: bytes(passphrase),
      },
      pty,
    );
    await expect.poll(() => placesWith(bytes(passphrase)).found.length).toBeGreaterThan(0);
    expect((await run).exitCode).toBe(0);
  });

  it("is shown by no terminal, also when it is typed before the program turns echo off", async () => {
    if (pty === null) return;
    const script = 'printf "Enter passphrase: "; sleep 0.1; read -r line; echo "got ${#line}"';
    const { exitCode, said } = await runOnTerminal(
      {
        ...{ file: "/bin/sh", args: ["-c", script], cwd: "/", redirect: null },
        ...{ environment: { HOME: home, PATH: "/usr/bin:/bin", LC_ALL: "C" } },
        passphrase: bytes(passphrase),
      },
      pty,
    );
    expect(exitCode).toBe(0);
    expect(said).toContain("got ");
    expect(said).not.toContain("must-be-nowhere");
  });

  it("is asked for by nobody else: the stty is the system's, whatever the PATH has", async () => {
    if (pty === null) return;
    const folder = testFolder();
    const mark = join(folder, "mark");
    writeFileSync(join(folder, "stty"), `#!/bin/sh\n: >'${mark}'\n`, { mode: 0o755 });
    const { exitCode } = await runOnTerminal(
      {
        ...{ file: "/bin/sh", args: ["-c", ":"], cwd: "/", redirect: null },
        ...{ environment: { HOME: home, PATH: `${folder}:/usr/bin:/bin` } },
        passphrase: bytes(passphrase),
      },
      pty,
    );
    expect(exitCode).toBe(0);
    expect(existsSync(mark)).toBe(false);
  });
});
